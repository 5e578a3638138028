"""Answer events as server-sent events."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import structlog
from fastapi.sse import format_sse_event
from pydantic import TypeAdapter

from assistant import Event, Final, Notice, SentenceReady, Sources, Status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_log = structlog.get_logger("web")


@dataclass(frozen=True, slots=True)
class StreamError:
    """The stream broke off before its final event; what was shown is verified, but not the whole."""

    detail: str
    what_to_do: str


EVENTS: dict[str, type[Any]] = {
    "status": Status,
    "notice": Notice,
    "sources": Sources,
    "sentence": SentenceReady,
    "final": Final,
    "error": StreamError,
}
_NAMES = {kind: name for name, kind in EVENTS.items()}


async def encode(events: AsyncIterator[Event]) -> AsyncIterator[bytes]:
    """Each event as the bytes of a server-sent event; a failure ends the stream with `error`."""
    try:
        async for event in events:
            yield _encoded(event)
    except Exception as error:  # noqa: BLE001 the response has begun: the failure can only be told inside it
        _log.error("stream broke", error=type(error).__name__)
        yield _encoded(StreamError("The answer broke off.", "Ask the question again."))


def _encoded(event: object) -> bytes:
    name = _NAMES[type(event)]
    return format_sse_event(event=name, data_str=_adapter(name).dump_json(event).decode())


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(EVENTS[name])
