"""What a request may be at the most: its body, its headers; a compressed body is not unpacked but refused."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from web.problems import problem

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_HEADERS = 100
HEADER_BYTES = 32_768
ADDRESS_BYTES = 8_192


class TooLarge(HTTPException):
    """The body goes on after its limit."""

    def __init__(self, most: int) -> None:
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body is larger than {most:,} bytes.")


class RequestLimits:
    """ASGI middleware; `body_bytes` also holds for a body that does not say how long it is."""

    def __init__(self, app: ASGIApp, body_bytes: int) -> None:
        self.app, self._most = app, body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass `scope` on, or say which limit it breaks."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if (refusal := self._refusal(scope)) is not None:
            await refusal(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._most:
                raise TooLarge(self._most)
            return message

        await self.app(scope, counted, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        size = sum(len(name) + len(value) for name, value in scope["headers"])
        if len(scope["headers"]) > MOST_HEADERS or size > HEADER_BYTES:
            status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            return problem(status, "headers-too-large", "The headers are too large.", "Send fewer.")
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > ADDRESS_BYTES:
            told = "Send what is long in the body."
            return problem(
                HTTPStatus.REQUEST_URI_TOO_LONG, "address-too-long", "The address is too long.", told
            )
        if headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
            status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
            return problem(status, "compressed-body", "The body is compressed.", "Send it as it is.")
        length = headers.get("content-length", "0")
        return self._too_large() if length.isdigit() and int(length) > self._most else None

    def _too_large(self) -> Response:
        detail = f"The body is larger than {self._most:,} bytes."
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return problem(status, "body-too-large", detail, "Send less, or in several requests.")
