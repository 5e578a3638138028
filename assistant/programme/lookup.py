"""Reading records: what of a kind there is, one record, its history and its links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from assistant.programme import database as db
from assistant.programme.errors import NotAllowed, UnknownRecord
from assistant.programme.queries import Query, listing
from assistant.programme.records import OFFICE, PUBLIC, Actor, Change, Found, Link, Record
from assistant.programme.rows import aware, record_of
from assistant.programme.wording import NEW_ZEALAND

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from assistant.programme.catalogue import Catalogue
    from assistant.programme.kinds import Kind


class Lookup:
    """The records, in the database that all workers share, as each person may see them."""

    def __init__(self, engine: AsyncEngine, catalogue: Catalogue, *, now: Callable[[], datetime]) -> None:
        self.catalogue = catalogue
        self.now = now
        self.engine = engine

    @property
    def today(self) -> date:
        """The date in New Zealand."""
        return self.now().astimezone(NEW_ZEALAND).date()

    async def find(self, kind: str, query: Query | None = None, *, by: Actor = PUBLIC) -> Found:
        """One page of records that `by` may see; raises `UnknownKind`, `BadQuery`."""
        known = self._visible(kind, by)
        page, count = listing(known, query or Query(), internal=by.internal)
        async with self.engine.connect() as connection:
            rows = await connection.execute(page)
            return Found(tuple(record_of(row) for row in rows), int(await connection.scalar(count) or 0))

    async def all(self, kind: str, *, by: Actor = OFFICE, **filters: str) -> tuple[Record, ...]:
        """Every record of the kind that `by` may see, whatever its number."""
        found: list[Record] = []
        while True:
            page = await self.find(kind, Query(filters=filters, offset=len(found), limit=200), by=by)
            found += page.records
            if not page.records or len(found) >= page.total:
                return tuple(found)

    async def read(self, kind: str, slug: str, *, by: Actor = PUBLIC, deleted: bool = False) -> Record:
        """One record; raises `UnknownKind`, `UnknownRecord` (also where `by` may not see it)."""
        known = self._visible(kind, by)
        async with self.engine.connect() as connection:
            record = await self._stored(connection, kind, slug)
        hidden = record is None or (record.deleted and not (deleted and by.internal))
        if hidden or record is None or not (by.internal or self.is_public(record)):
            raise UnknownRecord(f"there is no public {known.singular} {slug[:60]!r}")
        return record

    async def any_public(self) -> bool:
        """Whether there is a record that the public may see."""
        for kind in await self.kinds():
            if kind.public and (await self.find(kind.name, Query(limit=1))).total:
                return True
        return False

    async def kinds(self) -> tuple[Kind, ...]:
        """The kinds of which there is a record, deleted ones included, in the catalogue's order."""
        async with self.engine.connect() as connection:
            present = set(await connection.scalars(select(db.records.c.kind).distinct()))
        return tuple(kind for name, kind in self.catalogue.kinds.items() if name in present)

    async def history(self, kind: str, slug: str) -> tuple[Change, ...]:
        """Everything that happened to a record, newest first."""
        async with self.engine.connect() as connection:
            rows = await connection.execute(
                select(db.changes)
                .where(db.changes.c.kind == kind, db.changes.c.slug == slug)
                .order_by(db.changes.c.id.desc())
            )
            return tuple(Change(**{**row._mapping, "at": aware(row.at)}) for row in rows)

    async def links(self, record: Record) -> tuple[Link, ...]:
        """The links from and to `record`."""
        c = db.links.c
        near = (c.kind == record.kind) & (c.slug == record.slug)
        far = (c.to_kind == record.kind) & (c.to_slug == record.slug)
        async with self.engine.connect() as connection:
            rows = await connection.execute(select(db.links).where(near | far).order_by(c.relation))
            return tuple(Link(**row._mapping) for row in rows)

    async def seen(self, kind: str, slug: str) -> Record | None:
        """The record in whatever state, or None."""
        async with self.engine.connect() as connection:
            record = await self._stored(connection, kind, slug)
        return None if record is None or record.deleted else record

    async def titles(self, record: Record) -> dict[tuple[str, str], str]:
        """Titles of the public records that `record` refers to, by kind and slug."""
        found = {}
        for field in self.catalogue.kind(record.kind).fields:
            if field.of is None or field.name not in record.values:
                continue
            for slug in record.values[field.name] if field.many else [record.values[field.name]]:
                there = await self.seen(field.of, slug)
                if there is not None and self.is_public(there):
                    found[field.of, slug] = there.title
        return found

    def is_public(self, record: Record) -> bool:
        """Whether everyone may see the record."""
        kind = self.catalogue.kind(record.kind)
        return kind.public and not record.deleted and kind.state(record.state).public

    async def _stored(self, connection: AsyncConnection, kind: str, slug: str) -> Record | None:
        query = select(db.records).where(db.records.c.kind == kind, db.records.c.slug == slug)
        row = (await connection.execute(query)).first()
        return None if row is None else record_of(row)

    def _visible(self, kind: str, by: Actor) -> Kind:
        known = self.catalogue.kind(kind)
        if not known.public and not by.internal:
            raise NotAllowed(f"{known.title} are not public", what_to_do="Sign in, or send an API key.")
        return known
