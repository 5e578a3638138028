"""Public records become pages of the index within seconds of a change, as a job like any other ingest."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from assistant.programme import OFFICE, RecordSource
from ingest import sync, writing
from ingest.errors import IndexLocked
from web.access import Role
from web.jobs import JobKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from assistant.programme import Change, Record, Register
    from ingest import Index, Report
    from web.jobs import Jobs, RunningJob

KIND = "programme-publish"
TITLE = "Records into the index"
GATHER = 0.25
"""Seconds that further changes are waited for, so that an import is one version of the index, not many."""
AGAIN = 2.0
"""Seconds until changes that could not be queued are queued."""
LOCKED = 1.0
"""Seconds between two tries while another process writes the index."""
NOT_PAGES = frozenset({"link"})
"""Changes that no page shows."""
_log = structlog.get_logger("programme")


class Publisher:
    """Turns changes of public kinds into jobs; `site` is the address that people reach the service by."""

    def __init__(
        self,
        register: Register,
        index: Index,
        jobs: Jobs,
        *,
        site: str,
        data_dir: Path,
        database_url: str | None = None,
        now: Callable[[], datetime],
    ) -> None:
        self._register, self._index, self._jobs = register, index, jobs
        self._site, self._data_dir, self._now = site, data_dir, now
        self._database_url = database_url
        self._waiting: dict[tuple[str, str], None] = {}
        self._task: asyncio.Task[None] | None = None
        jobs.register(JobKind(KIND, TITLE, self.run, (Role.EDITOR, Role.EVALUATOR)))

    async def changed(self, change: Change, record: Record) -> None:
        """A listener of the register: queue the record, and those whose page names it."""
        kind = self._register.catalogue.kind(record.kind)
        if not kind.public or change.action in NOT_PAGES:
            return
        self._waiting[record.kind, record.slug] = None
        for name, slug in await self._referring(record):
            self._waiting[name, slug] = None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._start(change.by), name="programme-publish")

    async def everything(self, by: str) -> str:
        """Queue all records: after a start, and after a change of the site's address."""
        return await self._jobs.start(KIND, {}, by)

    async def run(self, job: RunningJob) -> dict[str, Any]:
        """The handler: waits while another process writes the index; a cancelled job stops waiting."""
        named = job.arguments.get("records")
        only = None if named is None else [(kind, slug) for kind, slug in named]
        while True:
            job.check()
            try:
                report = await self.publish(only)
            except IndexLocked:
                await asyncio.sleep(LOCKED)
                continue
            await job.progress(len(only or []), len(only or []), f"version {report.version or 'unchanged'}")
            return {**report.counts, "version": report.version}

    async def publish(self, only: Sequence[tuple[str, str]] | None = None) -> Report:
        """One version of the index with the records as they are; raises `IndexLocked`."""
        async with writing(self._data_dir, "publish records of the work programme", self._database_url):
            source = RecordSource(self._register, self._site, only=only)
            report = await sync(source, self._index, now=self._now, note="records of the work programme")
        if report.version is not None:
            await self._index.live()  # the next question finds the version open
        return report

    async def idle(self) -> bool:
        """Whether every change so far is in the index, or its job has failed."""
        waiting = bool(self._waiting) or (self._task is not None and not self._task.done())
        jobs = await self._jobs.all(limit=20, kind=KIND)
        return not waiting and all(job.state.over for job in jobs)

    async def _start(self, by: str) -> None:
        while self._waiting:  # changes that come while a job is being queued get the next one
            await asyncio.sleep(GATHER)
            waiting, self._waiting = self._waiting, {}
            try:
                await self._jobs.start(KIND, {"records": [list(each) for each in waiting]}, by)
            except SQLAlchemyError as error:  # the database is away: what has changed stays to be published
                _log.warning("records not queued yet", error=type(error).__name__)
                self._waiting = {**waiting, **self._waiting}
                await asyncio.sleep(AGAIN)

    async def _referring(self, record: Record) -> list[tuple[str, str]]:
        """Records whose page shows this one's title."""
        found = []
        for kind in self._register.catalogue.kinds.values():
            for field in kind.fields:
                if field.of == record.kind and kind.public:
                    near = await self._register.all(kind.name, by=OFFICE, **{field.name: record.slug})
                    found += [(each.kind, each.slug) for each in near]
        return found
