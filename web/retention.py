"""Deletes what has been kept long enough, also where nobody asks anything any more."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

import anyio
import structlog

from assistant.pace import TOGETHER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence

EVERY = 300.0
"""Seconds between two sweeps."""

_log = structlog.get_logger("web")


class Counting(Protocol):
    """Something that writes what it counted from time to time."""

    async def flush(self) -> None:
        """Store what was counted."""
        ...


class Expiring(Protocol):
    """Something that keeps things for a time."""

    async def expire(self) -> int:
        """Delete what is too old; how much that was."""
        ...


@asynccontextmanager
async def sweeping(kept: Iterable[Expiring], every: float = EVERY) -> AsyncIterator[None]:
    """Sweep at once and then `every` so many seconds, for as long as the context is open."""
    stores = [(type(store).__name__, store.expire) for store in kept]
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_again, stores, every)
        yield
        tasks.cancel_scope.cancel()


@asynccontextmanager
async def counting(
    counters: Iterable[Counting], every: float = TOGETHER.total_seconds()
) -> AsyncIterator[None]:
    """Store what was counted `every` so many seconds, and once more at the end."""
    flushes = [(type(counter).__name__, counter.flush) for counter in counters]
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_again, flushes, every)
            yield
            tasks.cancel_scope.cancel()
    finally:
        with anyio.CancelScope(shield=True):
            await _each(flushes)


async def _again(doing: Sequence[tuple[str, Callable[[], Awaitable[object]]]], every: float) -> None:
    while True:
        with anyio.CancelScope(shield=True):  # a connection that is cancelled at work may never close
            await _each(doing)
        await anyio.sleep(every)


async def _each(doing: Sequence[tuple[str, Callable[[], Awaitable[object]]]]) -> None:
    for name, do in doing:
        try:
            await do()
        except Exception as error:  # noqa: BLE001 the next sweep tries again; the service goes on
            _log.error("sweep failed", store=name, error=type(error).__name__)
