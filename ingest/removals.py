"""Pages that an editor took out: they stay out, whatever gives them again, until somebody lets them in.

What is remembered counts once the version without the page is published, and only while the live version is
without it: after a roll back to a version that holds the page, it is kept up as any other.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Column, Integer, String, Table, Text, and_, delete, false, select, update

from ingest import database as db
from ingest.versions import live_version, manifest_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

page_removals = Table(
    "page_removals",
    db.metadata,
    Column("page_id", String(16), primary_key=True),
    Column("url", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("title", Text, nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", db.Moment, nullable=False),
    Column("index_version", Integer, nullable=False),
    Column("in_force", Boolean, nullable=False, server_default=false()),
)
"""`index_version` is the version that is the first without the page; `in_force` once it was published."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A page that somebody took out."""

    page_id: str
    url: str
    language: str
    title: str
    by: str
    at: datetime

    @property
    def said(self) -> str:
        """Why the page is not taken, and what to do."""
        return f"removed by {self.by} on {self.at:%Y-%m-%d}: let it in again first"


_REMOVAL = tuple(field.name for field in fields(Removal))


class Removals:
    """The table of removals."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def note(self, removals: Sequence[Removal], version: int) -> None:
        """Remember who took out what `version` is the first to be without."""
        rows = [{**asdict(each), "index_version": version, "in_force": False} for each in removals]
        async with db.begin(self._engine) as connection:
            await connection.execute(db.upsert(self._engine, page_removals), rows)

    async def standing(self) -> dict[str, Removal]:
        """By page id, in the order of their titles: pages that stay out of the live version."""
        async with db.connect(self._engine) as connection:
            return await kept_out(connection)

    async def forget(self, page_ids: Collection[str]) -> None:
        """Let pages in again: remember of them no more that they were taken out."""
        async with db.begin(self._engine) as connection:
            await connection.execute(delete(page_removals).where(page_removals.c.page_id.in_(page_ids)))


async def kept_out(connection: AsyncConnection) -> dict[str, Removal]:
    """By page id: the removals in force of pages that the live version is without."""
    table = page_removals
    query = select(*(table.c[name] for name in _REMOVAL)).where(table.c.in_force).order_by(table.c.title)
    rows = (await connection.execute(query)).all()
    live = await live_version(connection) if rows else None
    held = await manifest_of(connection, live) if live is not None else {}
    return {row.page_id: Removal(*row) for row in rows if row.page_id not in held}


async def keep_out(connection: AsyncConnection, candidate: int) -> None:
    """Take out of a candidate what was taken out of the live version since it was built."""
    own = db.version_changes.c
    returning = and_(own.index_version == candidate, own.page_id.in_(list(await kept_out(connection))))
    await connection.execute(delete(db.version_changes).where(returning))


async def put_in_force(connection: AsyncConnection, version: int) -> None:
    """`version` answers now: what was taken out with it stays out from here on."""
    noted = update(page_removals).where(page_removals.c.index_version == version)
    await connection.execute(noted.values(in_force=True))


async def forget_unpublished(connection: AsyncConnection) -> None:
    """Drop what is remembered of versions that went without ever being published."""
    table = page_removals
    gone = and_(table.c.in_force.is_(False), table.c.index_version.not_in(select(db.index_versions.c.id)))
    await connection.execute(delete(table).where(gone))
