"""A job claimed by lease: one process works on it, and another takes it over once the lease has run out."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, or_, select, update

from web.jobs.errors import Cancelled
from web.jobs.jobs import ATTEMPTS, as_job
from web.jobs.model import Job, JobState
from web.jobs.tables import job_lines, jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncEngine


class Leases:
    """How one worker claims jobs, keeps them and hands them in."""

    def __init__(self, engine: AsyncEngine, now: Callable[[], datetime], *, seconds: float = 30.0) -> None:
        self._engine, self._now, self.length = engine, now, timedelta(seconds=seconds)
        self._owner = secrets.token_hex(16)

    async def claim(self, kinds: Iterable[str]) -> Claimed | None:
        """The oldest job of `kinds` that nobody works on, now this worker's."""
        while (row := await self._candidate(list(kinds))) is not None:
            free = and_(jobs.c.id == row.id, self._free(), jobs.c.attempts == row.attempts)
            values: dict[str, Any] = {
                "state": JobState.RUNNING,
                "lease_owner": self._owner,
                "lease_until": self._now() + self.length,
                "attempts": row.attempts + 1,
                "started_at": self._now(),
            }
            async with self._engine.begin() as connection:
                taken = await connection.execute(update(jobs).where(free).values(**values))
            if taken.rowcount:
                return Claimed(self._engine, self._now, self._owner, self.length, as_job(row))
        return None

    async def _candidate(self, kinds: list[str]) -> Any:
        query = select(jobs).where(self._free(), jobs.c.kind.in_(kinds)).order_by(jobs.c.created_at).limit(1)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).first()

    def _free(self) -> ColumnElement[bool]:
        lost = and_(jobs.c.state == JobState.RUNNING, jobs.c.lease_until < self._now())
        return or_(jobs.c.state == JobState.QUEUED, lost)


class Claimed:
    """A job that this process works on: what its handler is given."""

    def __init__(
        self,
        engine: AsyncEngine,
        now: Callable[[], datetime],
        owner: str,
        length: timedelta,
        job: Job,
    ) -> None:
        self._engine, self._now, self._owner, self._length = engine, now, owner, length
        self.job, self.attempt = job, job.attempts + 1
        self.cancelled = job.cancel_requested
        self.lost = False

    @property
    def id(self) -> str:
        """The job's identifier."""
        return self.job.id

    @property
    def by(self) -> str:
        """Who started it."""
        return self.job.by

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What it was started with."""
        return self.job.arguments

    @property
    def hopeless(self) -> bool:
        """Whether it was begun too often without coming to an end."""
        return self.attempt > ATTEMPTS

    def check(self) -> None:
        """Raises `Cancelled` where somebody asked for the job to stop."""
        if self.cancelled or self.lost:
            raise Cancelled

    async def progress(
        self, done: int, total: int | None = None, note: str = "", *, failed: int = 0, skipped: int = 0
    ) -> None:
        """Say how far the work is; also renews the lease."""
        counts = {"done": done, "failed": failed, "skipped": skipped, "note": note}
        await self._update(counts if total is None else {**counts, "total": total})

    async def log(self, line: str) -> None:
        """Add a line to the job's log."""
        row = {"job_id": self.id, "at": self._now(), "text": line}
        async with self._engine.begin() as connection:
            await connection.execute(insert(job_lines).values(**row))

    async def renew(self) -> None:
        """Keep the lease, and learn whether somebody asked for the job to stop."""
        await self._update({})

    async def finish(self, state: JobState, *, result: Any = None, error: str | None = None) -> None:
        """Hand the job in."""
        ending = {"state": state, "finished_at": self._now(), "result": result, "error": error}
        await self._update({**ending, "lease_owner": None, "lease_until": None})

    async def hand_back(self) -> None:
        """Let another worker go on at once: this one is stopping."""
        await self._update({"state": JobState.QUEUED, "lease_owner": None, "lease_until": None})

    async def _update(self, values: dict[str, Any]) -> None:
        mine = and_(jobs.c.id == self.id, jobs.c.lease_owner == self._owner)
        lease = {"lease_until": self._now() + self._length}
        async with self._engine.begin() as connection:
            changed = await connection.execute(update(jobs).where(mine).values(**{**lease, **values}))
            self.lost = not changed.rowcount
            self.cancelled = bool(
                await connection.scalar(select(jobs.c.cancel_requested).where(jobs.c.id == self.id))
            )
