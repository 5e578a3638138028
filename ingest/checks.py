"""When each page was last looked at, what came of it, and when it is looked at next."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from ingest import database as db
from ingest.model import Validators

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Check:
    """What is known of one page at its source; see `database.page_checks`."""

    page_id: str
    url: str
    source: str
    checked_at: datetime
    web: bool = False
    page_version: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: datetime | None = None
    modified_at: datetime | None = None
    changed_at: datetime | None = None
    next_check_at: datetime | None = None
    interval_hours: float | None = None
    failures: int = 0
    problem: str | None = None

    @property
    def validators(self) -> Validators:
        """What the next conditional request needs."""
        return Validators(self.etag, self.last_modified)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the source said of a text that waits in a candidate."""

    page_version: str
    etag: str | None
    last_modified: str | None
    modified_at: datetime | None


_WAITING = tuple(field.name for field in fields(Waiting))
_FIELDS = tuple(field.name for field in fields(Check))


class Checks:
    """The table of checks."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def all(self, source: str | None = None) -> dict[str, Check]:
        """By page id: those of one source, or all."""
        query = select(*(db.page_checks.c[name] for name in _FIELDS))
        if source is not None:
            query = query.where(db.page_checks.c.source == source)
        async with db.connect(self._engine) as connection:
            rows = await connection.execute(query)
            return {row[0]: Check(*row) for row in rows}

    async def note(self, checks: Sequence[Check]) -> None:
        """Remember what came of looking at some pages."""
        rows = [{name: getattr(each, name) for name in _FIELDS} for each in checks]
        if rows:
            async with db.begin(self._engine) as connection:
                await connection.execute(db.upsert(self._engine, db.page_checks), rows)

    async def note_waiting(self, checks: Sequence[Check]) -> None:
        """Keep what conditional requests will need once the texts of these looks answer."""
        rows = [{name: getattr(each, name) for name in _WAITING} for each in checks]
        if rows:
            async with db.begin(self._engine) as connection:
                await connection.execute(db.upsert(self._engine, db.waiting_checks), rows)

    async def waiting(self, page_versions: Iterable[str]) -> dict[str, Waiting]:
        """By page version: what waits with those texts."""
        table, wanted = db.waiting_checks, list(page_versions)
        found: dict[str, Waiting] = {}
        async with db.connect(self._engine) as connection:
            for at in range(0, len(wanted), _BATCH):
                batch = table.c.page_version.in_(wanted[at : at + _BATCH])
                query = select(*(table.c[name] for name in _WAITING)).where(batch)
                found |= {row.page_version: Waiting(*row) for row in await connection.execute(query)}
        return found

    async def read_at(self, source: str) -> datetime | None:
        """When the source of that name was last read as a whole."""
        query = select(db.sources.c.read_at).where(db.sources.c.name == source)
        async with db.connect(self._engine) as connection:
            return (await connection.execute(query)).scalar()

    async def note_source(self, source: str, *, now: datetime) -> None:
        """Remember that the source was read as a whole."""
        async with db.begin(self._engine) as connection:
            await connection.execute(db.upsert(self._engine, db.sources).values(name=source, read_at=now))

    async def forget(self, page_ids: Iterable[str]) -> None:
        """Drop what is remembered of pages that are gone."""
        gone = list(page_ids)
        async with db.begin(self._engine) as connection:
            for at in range(0, len(gone), _BATCH):
                batch = gone[at : at + _BATCH]
                await connection.execute(delete(db.page_checks).where(db.page_checks.c.page_id.in_(batch)))
