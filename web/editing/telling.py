"""What a run of ingest tells, passed on to its job: counts, a log line a page, and the wish to stop."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from web.jobs import RunningJob

EVERY = 0.3
"""Seconds between two messages to the job."""

_QUIET = {"unchanged"}
_log = structlog.get_logger("jobs")


class Telling:
    """A `Progress` of ingest that a job is told by. It raises `Cancelled` inside the run to stop it."""

    def __init__(self, job: RunningJob) -> None:
        self._job = job
        self._done = self._failed = self._skipped = 0
        self._total: int | None = None
        self._note = "reading pages"
        self._lines: deque[str] = deque()

    def expect(self, pages: int | None) -> None:
        """How many pages will come."""
        self._total = pages

    def page(self, outcome: str, url: str) -> None:
        """One more is settled."""
        self._job.check()
        if outcome == "failed":
            self._failed += 1
        elif outcome == "skipped":
            self._skipped += 1
        else:
            self._done += 1
        if outcome not in _QUIET:
            self._lines.append(f"{outcome}: {url}")

    def embedded(self, done: int, total: int) -> None:
        """So many texts have their vectors."""
        self._job.check()
        self._note = f"preparing texts for search: {done} of {total}"

    async def tell(self) -> None:
        """Pass on what has come together; what a failing database does not take waits for the next time."""
        try:
            await self._pass_on()
        except SQLAlchemyError as error:
            _log.warning("news of a job not stored", error=type(error).__name__)

    async def _pass_on(self) -> None:
        settled = self._done + self._failed + self._skipped
        total = None if self._total is None else max(self._total, settled)  # pages link to documents
        await self._job.progress(self._done, total, self._note, failed=self._failed, skipped=self._skipped)
        while self._lines:
            await self._job.log(self._lines[0])
            self._lines.popleft()


@asynccontextmanager
async def telling(job: RunningJob) -> AsyncIterator[Telling]:
    """A `Telling` that passes on as the run goes, and all of it at the end."""
    told = Telling(job)
    over = asyncio.Event()

    async def keep_telling() -> None:
        while not over.is_set():
            await told.tell()
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), EVERY)

    task = asyncio.create_task(keep_telling())
    try:
        yield told
    finally:
        over.set()  # not cancelled: the lines that it is just passing on would be lost
        await task
        await told.tell()
