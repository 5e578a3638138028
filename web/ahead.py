"""Large versions are read ahead while nobody asks: vectors of every page's units, which it opens without."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog

from ingest import make_ahead

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from ingest import Index, UnitFiles

FIRST, EVERY = 5.0, 60.0
"""Seconds after the start, and between two looks whether another version answers."""

SHARE = 0.5
"""Of one processor, at the most."""

LONGEST = 1.0
"""Seconds of rest at the most: after a longer pause there was no work to rest from."""

POLITE = 0.1
"""Seconds until it is looked again whether somebody still asks."""

_log = structlog.get_logger("web")


class Turns:
    """Time for work that can wait: never while somebody asks, and no more than `SHARE` of a processor."""

    def __init__(self, idle: Callable[[], bool], clock: Callable[[], float] = time.monotonic) -> None:
        self._idle, self._clock = idle, clock
        self._began: float | None = None

    async def next(self) -> None:
        """Return when there is time for the next piece of work; what came since the last was one."""
        worked = 0.0 if self._began is None else self._clock() - self._began
        await asyncio.sleep(min(worked * (1 / SHARE - 1), LONGEST))
        while not self._idle():  # noqa: ASYNC110 places come and go without an event, and this can wait
            await asyncio.sleep(POLITE)
        self._began = self._clock()


@asynccontextmanager
async def reading_ahead(
    index: Index, turns: Turns, *, first: float = FIRST, every: float = EVERY
) -> AsyncIterator[None]:
    """Read the version ahead that answers, and the next ones, for as long as the context is open.

    An index that keeps no files of units is left alone.
    """
    if index.unit_files is None:
        yield
        return
    task = asyncio.create_task(_again(index, index.unit_files, turns, first, every))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _again(index: Index, files: UnitFiles, turns: Turns, first: float, every: float) -> None:
    done: int | None = None
    await asyncio.sleep(first)
    while True:
        try:
            if (number := await index.catalog.live()) not in {None, done}:
                done = number if await _read(index, files, turns) else None
        except Exception as error:  # noqa: BLE001 the next look tries again; questions go on as before
            _log.warning("not read ahead", error=type(error).__name__)
        await asyncio.sleep(every)


async def _read(index: Index, files: UnitFiles, turns: Turns) -> bool:
    """Whether nothing is left to be made of the version that is open."""
    snapshot = await index.live()
    if snapshot.unit_vectors is not None:
        return True

    async def go_on() -> bool:
        await turns.next()
        return index.opened in {None, snapshot.version}

    with files.alone() as ours:
        if not ours:
            return False
        made = await make_ahead(snapshot, files, index.embedder, go_on)
    if made.made:
        _log.info("read ahead", version=snapshot.version, pages=made.made, whole=made.whole)
    return made.whole
