"""A connection whose requests arrive in bounded bytes and seconds, before one reaches the application.

The parser beneath keeps what it cannot use yet: a header of 100 MB would be 100 MB of memory, and a head that
never ends a connection for good. `web/request_limits.py` bounds what arrived whole.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from web.request_limits import ADDRESS_BYTES, HEADER_BYTES


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's protocol; gives up a request that is too long to be used or takes too long to arrive."""

    unused_bytes = HEADER_BYTES + ADDRESS_BYTES
    """That may arrive without becoming part of a head that is complete, or of a body."""
    head_seconds = 20.0
    body_seconds = 60.0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._unused = 0
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait(self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unused += len(data)
        super().data_received(data)
        if self._unused > self.unused_bytes and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait(self.head_seconds)

    def on_headers_complete(self) -> None:
        self._unused = 0
        self._wait(self.body_seconds)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unused = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unused = 0
        self._wait(None)
        super().on_message_complete()

    def _wait(self, seconds: float | None) -> None:
        """Give the request so long from now on; None for no limit."""
        if self._patience is not None:
            self._patience.cancel()
        self._patience = None if seconds is None else self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        answering = self.cycle is not None and not (self.cycle.response_complete or self.cycle.more_body)
        if answering:  # this is the next request, which waits for the answer before it
            self._wait(self.head_seconds)
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _refuse(self, status: HTTPStatus) -> None:
        text = status.phrase.encode("ascii")
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: text/plain\r\n"
        self.transport.write(
            head.encode("ascii") + b"content-length: %d\r\nconnection: close\r\n\r\n" % len(text) + text
        )
        self.transport.close()
