"""The console's own errors, and every error on a console page as a page.

ConsoleError                something that was asked of the console and cannot be done
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi.responses import RedirectResponse

from web.access.errors import ForgedRequest, NotSignedIn
from web.access.permission import FORMS, check_origin
from web.console.rendering import bare_page
from web.errors import WebError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request, Response

    Handler = Callable[[Request, Exception], Awaitable[Response]]

CONSOLE = "/console"
SIGN_IN = "/console/sign-in"


class ConsoleError(WebError):
    """Something that was asked of the console and cannot be done."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


def install(app: FastAPI) -> None:
    """Show errors of console pages as pages; call it after the handlers of problem details are installed."""
    for kind, handler in list(app.exception_handlers.items()):
        app.add_exception_handler(kind, _as_page(handler))


def _as_page(handler: Any) -> Handler:
    async def handle(request: Request, error: Exception) -> Response:
        path = request.url.path
        response: Response = await handler(request, error)
        if not (path == CONSOLE or path.startswith(f"{CONSOLE}/")):
            return response
        if isinstance(error, NotSignedIn):
            if typed := await _typed(request):
                return bare_page(request, "console/signed_out.html", status=error.status, typed=typed)
            return RedirectResponse(f"{SIGN_IN}?next={quote(_back(request))}", HTTPStatus.SEE_OTHER)
        problem = json.loads(bytes(response.body))
        return bare_page(request, "console/error.html", status=response.status_code, problem=problem)

    return handle


async def _typed(request: Request) -> list[tuple[str, str]]:
    """The texts of a form that came too late, by field: whoever typed them gets them back.

    Only where a page of this service sent it, so that no other site can put words on ours.
    """
    kind = request.headers.get("content-type", "")
    if request.method != "POST" or not kind.startswith(FORMS):
        return []
    try:
        check_origin(request)
    except ForgedRequest:
        return []
    fields = (await request.form()).multi_items()
    texts = ((name, value) for name, value in fields if isinstance(value, str))
    return [(name.replace("_", " "), text) for name, text in texts if len(text.split()) > 1]


def _back(request: Request) -> str:
    """The page to come back to after signing in; a form that was sent is not sent again."""
    if request.method != "GET":
        return CONSOLE
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"
