"""Errors of citizens' pages as pages; programs go on getting problem details."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from assistant import said
from web.pages.rendering import page, page_language
from web.turned_off import contacts_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request, Response

    Handler = Callable[[Request, Exception], Awaitable[Response]]

FOR_PROGRAMS = ("/v1", "/mcp", "/static", "/console")
"""Paths whose errors are no citizen's page; the console draws its own."""

MISSING = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE)


def install(app: FastAPI) -> None:
    """Show errors to browsers as pages; call it after the handlers of problem details are installed."""
    for kind, handler in list(app.exception_handlers.items()):
        app.add_exception_handler(kind, _as_page(handler))


def _as_page(handler: Any) -> Handler:
    async def handle(request: Request, error: Exception) -> Response:
        response: Response = await handler(request, error)
        return _page(request, response) if _is_read_by_a_person(request) else response

    return handle


def _is_read_by_a_person(request: Request) -> bool:
    path = request.url.path
    elsewhere = any(path == each or path.startswith(f"{each}/") for each in FOR_PROGRAMS)
    by_script = "x-part" in request.headers
    return not elsewhere and not by_script and "text/html" in request.headers.get("accept", "")


def _page(request: Request, response: Response) -> Response:
    language = page_language(request.query_params.get("lang", "en"))
    kind = _kind(response.status_code)
    shown = page(
        "error.html",
        language,
        status=response.status_code,
        kind=kind,
        title=said(f"error.{kind}_title", language),
        contacts=contacts_of(request.app) if kind == "failed" else (),
    )
    for header, value in response.headers.items():
        if header not in {"content-length", "content-type", "cache-control"}:
            shown.headers[header] = value
    return shown


def _kind(status: int) -> str:
    if status in MISSING:
        return "missing"
    return "failed" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "refused"
