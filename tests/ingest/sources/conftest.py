"""A site on this machine that answers as govt.nz's do, well and badly."""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

SIMPLE = b"<html lang=en><title>%s</title><main><h1>%s</h1><p>Some words.</p></main></html>"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Reply:
    """One answer of the site."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    wait: threading.Event | None = None


@dataclass
class Site:
    """Replies by path; a list is used up one by one, its last one stays."""

    base: str
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    sent: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    reply = Reply

    def add(self, path: str, *replies: Reply) -> str:
        self.replies[path] = list(replies)
        return self.url(path)

    def page(self, path: str, title: str, **headers: str) -> str:
        body = SIMPLE.replace(b"%s", title.encode())
        return self.add(path, Reply(200, body, {"Content-Type": "text/html", **headers}))

    def redirect(self, path: str, to: str, status: int = 301) -> str:
        return self.add(path, Reply(status, b"", {"Location": to}))

    def sitemap(self, path: str, *places: str, index: bool = False, zipped: bool = False) -> str:
        root, entry = ("sitemapindex", "sitemap") if index else ("urlset", "url")
        inner = "".join(f"<{entry}><loc>{place}</loc></{entry}>" for place in places)
        body = f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</{root}>'.encode()
        kind = "application/x-gzip" if zipped else "application/xml"
        return self.add(path, Reply(200, gzip.compress(body) if zipped else body, {"Content-Type": kind}))

    def url(self, path: str) -> str:
        return f"{self.base}{path}"

    def answer(self, path: str, headers: dict[str, str]) -> Reply:
        self.asked[path] += 1
        self.sent.append((path, headers))
        replies = self.replies.get(path, [Reply(404)])
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        etag = reply.headers.get("ETag")
        if etag and headers.get("if-none-match") == etag:
            return Reply(304, b"", {"ETag": etag})
        return reply


def _handler(site: Callable[[], Site]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = site().answer(self.path, {name.lower(): value for name, value in self.headers.items()})
            if reply.wait is not None:
                reply.wait.wait(10)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in reply.headers:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            try:
                self.wfile.write(reply.body)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            return

    return Handler


@pytest.fixture
def site() -> Iterator[Site]:
    """A site on the loopback interface, with no robots.txt unless a test adds one."""
    made: list[Site] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(lambda: made[0]))
    server.daemon_threads = True
    made.append(Site(f"http://127.0.0.1:{server.server_port}"))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made[0]
    made[0].released.set()
    server.shutdown()
    server.server_close()
    thread.join()


class Naps:
    """Stands in for sleeping: notes how long, and does not."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def naps() -> Naps:
    return Naps()
