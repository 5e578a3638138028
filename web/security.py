"""Response headers that keep a page from doing what it was not written to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.response_headers import changing_headers

if TYPE_CHECKING:
    from starlette.datastructures import MutableHeaders
    from starlette.types import ASGIApp, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
"""Only files of this service; no inline script or style, no third party."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
"""`no-referrer`: an agency's site need not learn that somebody came from here, nor from which answer."""

STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


class SecurityHeaders:
    """ASGI middleware that adds `HEADERS` to every response; a route's own value stands."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass `scope` on; plain ASGI, so that an answer stream is never held back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        def guard(headers: MutableHeaders, _status: int) -> None:
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if scope.get("scheme") == "https":
                headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)

        await self.app(scope, receive, changing_headers(send, guard))
