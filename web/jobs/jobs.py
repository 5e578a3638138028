"""Jobs in the database: started, listed, cancelled and run again, by whichever process asks."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from web.jobs.errors import JobNotOver, UnknownJob, UnknownKind
from web.jobs.model import Job, JobState, Line
from web.jobs.tables import job_lines, jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncEngine

    from web.jobs.model import JobKind

ATTEMPTS = 5
"""How often a job is begun before it is given up: it may be what kills its process."""


class Jobs:
    """The jobs of an installation, and the kinds of work that this process can do."""

    def __init__(self, engine: AsyncEngine, now: Callable[[], datetime]) -> None:
        self._engine, self.now = engine, now
        self._kinds: dict[str, JobKind] = {}
        self.wake = asyncio.Event()
        """Set when there is something new to do, so that the worker need not wait for its next look."""

    def register(self, kind: JobKind) -> None:
        """Let this process do a kind of work."""
        self._kinds[kind.name] = kind

    def kind(self, name: str) -> JobKind:
        """The kind of that name; raises `UnknownKind`."""
        try:
            return self._kinds[name]
        except KeyError:
            raise UnknownKind(f"there is no kind of job named {name!r}") from None

    def kinds(self) -> list[str]:
        """The kinds of work that this process can do."""
        return list(self._kinds)

    def title(self, name: str) -> str:
        """A kind's name for people, also of one that this process cannot do."""
        return self._kinds[name].title if name in self._kinds else name

    async def start(
        self, kind: str, arguments: Mapping[str, Any], by: str, *, retry_of: str | None = None
    ) -> str:
        """Queue a job and give its identifier; raises `UnknownKind`."""
        self.kind(kind)
        identifier = f"j_{secrets.token_hex(8)}"
        row = {
            "id": identifier,
            "kind": kind,
            "arguments": dict(arguments),
            "by": by,
            "state": JobState.QUEUED,
            "created_at": self.now(),
            "retry_of": retry_of,
        }
        async with self._engine.begin() as connection:
            await connection.execute(insert(jobs).values(**row))
        self.wake.set()
        return identifier

    async def job(self, identifier: str) -> Job:
        """The job as it stands; raises `UnknownJob`."""
        async with self._engine.connect() as connection:
            row = (await connection.execute(select(jobs).where(jobs.c.id == identifier))).first()
        if row is None:
            raise UnknownJob(f"there is no job {identifier!r}")
        return as_job(row)

    async def all(self, *, limit: int = 100, kind: str | None = None) -> list[Job]:
        """The latest jobs, newest first."""
        query = select(jobs).order_by(jobs.c.created_at.desc(), jobs.c.id).limit(limit)
        if kind is not None:
            query = query.where(jobs.c.kind == kind)
        async with self._engine.connect() as connection:
            return [as_job(row) for row in await connection.execute(query)]

    async def count(self, state: JobState) -> int:
        """How many jobs are in that state."""
        query = select(func.count()).select_from(jobs).where(jobs.c.state == state)
        async with self._engine.connect() as connection:
            return int(await connection.scalar(query) or 0)

    async def lines(self, identifier: str, *, after: int = 0) -> list[Line]:
        """The job's log from the line after number `after` on."""
        query = (
            select(job_lines)
            .where(job_lines.c.job_id == identifier, job_lines.c.number > after)
            .order_by(job_lines.c.number)
        )
        async with self._engine.connect() as connection:
            return [Line(row.number, row.at, row.text) for row in await connection.execute(query)]

    async def cancel(self, identifier: str) -> Job:
        """Ask a job to stop: one that waits never begins, one that runs stops at its next item."""
        found = await self.job(identifier)
        async with self._engine.begin() as connection:
            await connection.execute(
                update(jobs)
                .where(jobs.c.id == identifier, jobs.c.state == JobState.QUEUED)
                .values(state=JobState.CANCELLED, finished_at=self.now(), cancel_requested=True)
            )
            await connection.execute(
                update(jobs)
                .where(jobs.c.id == identifier, jobs.c.state == JobState.RUNNING)
                .values(cancel_requested=True)
            )
        return await self.job(found.id)

    async def retry(self, identifier: str, by: str) -> str:
        """Run a job again, only what failed where it says what did; raises `JobNotOver`."""
        found = await self.job(identifier)
        if not found.state.over:
            raise JobNotOver(f"job {identifier} is still {found.state}")
        arguments, result = dict(found.arguments), found.result or {}
        if result.get("failed") and found.state is JobState.DONE:
            arguments |= {**result.get("retry_with", {}), "only": sorted(result["failed"])}
        return await self.start(found.kind, arguments, by, retry_of=identifier)


def as_job(row: Any) -> Job:
    values = {name: value for name, value in row._mapping.items() if name not in {"lease_owner", "state"}}
    return Job(**values, state=JobState(row.state))
