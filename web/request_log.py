"""One line of the log a request, and an identifier that ties together what the request caused.

The line names the route, not the address that was asked for: an address may hold what somebody typed.
"""

from __future__ import annotations

import re
import secrets
import time
from typing import TYPE_CHECKING

import structlog
from starlette.datastructures import Headers

from web.response_headers import changing_headers

if TYPE_CHECKING:
    from starlette.datastructures import MutableHeaders
    from starlette.types import ASGIApp, Receive, Scope, Send

HEADER = "X-Request-Id"
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by machines."""
_GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
_log = structlog.get_logger("web.request")


class RequestLog:
    """ASGI middleware; a load balancer's own identifier is kept where it looks like one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass `scope` on and note what became of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        identifier = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        began, status = time.monotonic(), 500

        def note(headers: MutableHeaders, given_status: int) -> None:
            nonlocal status
            status = given_status
            headers[HEADER] = identifier

        with structlog.contextvars.bound_contextvars(request=identifier):
            try:
                await self.app(scope, receive, changing_headers(send, note))
            finally:
                _note(scope, status, time.monotonic() - began)


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "unknown")
    if route not in QUIET:
        spent = round(seconds * 1000, 1)
        _log.info("request", method=scope["method"], route=route, status=status, milliseconds=spent)
