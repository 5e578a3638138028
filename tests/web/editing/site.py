"""A web site on loopback whose pages a test can edit."""

from __future__ import annotations

import hashlib
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATE = (
    '<!doctype html><html lang="en-NZ"><head><title>{title}</title></head>'
    "<body><main><h1>{title}</h1>{body}</main></body></html>"
)


class Site:
    """Pages by path, each with an entity tag; an unknown path is a 404, a `broken` one a 503.

    `asked` holds what it was asked for, and the status that it answered with.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.pages: dict[str, str] = {}
        self.broken: set[str] = set()
        self.asked: list[tuple[str, int]] = []

    def put(self, path: str, title: str, body: str) -> str:
        """Write a page; its whole address."""
        self.pages[path] = TEMPLATE.format(title=title, body=body)
        return f"{self.address}{path}"

    def sitemap(self) -> str:
        """The address of the list of all pages."""
        entries = "".join(f"<url><loc>{self.address}{path}</loc></url>" for path in sorted(self.pages))
        self.pages["/sitemap.xml"] = (
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
        )
        return f"{self.address}/sitemap.xml"


@contextmanager
def serving_site() -> Iterator[Site]:
    """A site that answers while this is open."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = site.pages.get(self.path)
            tag = f'"{hashlib.sha256((body or "").encode()).hexdigest()[:16]}"'
            status = 404 if body is None else 304 if self.headers["If-None-Match"] == tag else 200
            if self.path in site.broken:
                status = 503
            site.asked.append((self.path, status))
            self.send_response(status)
            if status in (304, 503):
                self.end_headers()
                return
            self.send_header("ETag", tag)
            kind = "application/xml" if self.path.endswith(".xml") else "text/html; charset=utf-8"
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
