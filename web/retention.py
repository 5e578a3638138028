"""Deletes what has been kept long enough, also where nobody asks anything any more."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

import anyio
import structlog

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

EVERY = 300.0
"""Seconds between two sweeps."""

_log = structlog.get_logger("web")


class Expiring(Protocol):
    """Something that keeps things for a time."""

    async def expire(self) -> int:
        """Delete what is too old; how much that was."""
        ...


@asynccontextmanager
async def sweeping(kept: Iterable[Expiring], every: float = EVERY) -> AsyncIterator[None]:
    """Sweep at once and then `every` so many seconds, for as long as the context is open."""
    stores = tuple(kept)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_sweep_on, stores, every)
        yield
        tasks.cancel_scope.cancel()


async def _sweep_on(stores: tuple[Expiring, ...], every: float) -> None:
    while True:
        for store in stores:
            try:
                await store.expire()
            except Exception as error:  # noqa: BLE001 the next sweep tries again; the service goes on
                _log.error("sweep failed", store=type(store).__name__, error=type(error).__name__)
        await anyio.sleep(every)
