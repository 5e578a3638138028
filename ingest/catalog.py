"""Pages, passages and versions in the database.

A version is its parent plus a few changes, so a new version costs what it changes, not a copy of the
site. It is immutable once published; `publish` and `rollback` move one pointer in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import delete, func, insert, select, update

from ingest import database as db
from ingest.errors import UnknownVersion
from ingest.model import Page, Passage, StoredPage, Validators

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

LIVE = "live"
_PAGE = TypeAdapter(Page)
_BATCH = 500


class VersionState(StrEnum):
    """Where a version of the index stands."""

    BUILDING = "building"
    PUBLISHED = "published"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the index, as lists show it."""

    id: int
    parent: int | None
    state: VersionState
    embedder: str
    chunker: str
    note: str
    counts: Mapping[str, int]
    created_at: datetime
    published_at: datetime | None
    live: bool


class Catalog:
    """The index's tables; every method is one transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def live(self) -> int | None:
        """Number of the version that answers now."""
        async with self._engine.connect() as connection:
            return await _pointer(connection)

    async def versions(self) -> list[Version]:
        """All versions, newest first."""
        async with self._engine.connect() as connection:
            live = await _pointer(connection)
            rows = await connection.execute(select(db.index_versions).order_by(db.index_versions.c.id.desc()))
            return [_version(row._mapping, live) for row in rows]

    async def version(self, number: int) -> Version:
        """Version `number`; raises `UnknownVersion`."""
        for version in await self.versions():
            if version.id == number:
                return version
        raise UnknownVersion(f"there is no version {number} of the index")

    async def begin(
        self, *, parent: int | None, embedder: str, chunker: str, note: str, now: datetime
    ) -> int:
        """A new version in the state of being built, equal to its parent so far."""
        row = {"parent": parent, "state": VersionState.BUILDING, "embedder": embedder, "chunker": chunker}
        async with self._engine.begin() as connection:
            await _discard_building(connection)
            result = await connection.execute(
                insert(db.index_versions).values(**row, note=note, counts={}, created_at=now)
            )
            key = result.inserted_primary_key
            assert key is not None
            return int(key[0])

    async def put(self, version: int, page: Page, cut: Sequence[Passage], *, now: datetime) -> None:
        """Page and passages into a version being built."""
        attributes = _PAGE.dump_python(page, mode="json", exclude={"text", "validators"})
        stored = {"version": page.version, "page_id": page.id, "attributes": attributes, "text": page.text}
        change = {"index_version": version, "page_id": page.id, "page_version": page.version}
        async with self._engine.begin() as connection:
            await connection.execute(
                db.insert_missing(self._engine, db.page_versions).values(**stored, fetched_at=now)
            )
            if cut:
                await connection.execute(
                    db.insert_missing(self._engine, db.passages), [_passage_row(passage) for passage in cut]
                )
            await connection.execute(db.upsert(self._engine, db.version_changes).values(**change))

    async def remove(self, version: int, page_ids: Iterable[str]) -> None:
        """Take pages out of a version being built."""
        rows = [{"index_version": version, "page_id": each, "page_version": None} for each in page_ids]
        if rows:
            async with self._engine.begin() as connection:
                await connection.execute(db.upsert(self._engine, db.version_changes), rows)

    async def publish(self, version: int, *, counts: Mapping[str, int], now: datetime) -> None:
        """Make `version` the one that answers: the pointer moves in one transaction."""
        async with self._engine.begin() as connection:
            await connection.execute(
                update(db.index_versions)
                .where(db.index_versions.c.id == version)
                .values(state=VersionState.PUBLISHED, published_at=now, counts=dict(counts))
            )
            await _point(connection, self._engine, version)

    async def rollback(self, version: int) -> None:
        """Move the pointer to a version that was published before; raises `UnknownVersion`."""
        found = await self.version(version)
        if found.state is not VersionState.PUBLISHED:
            raise UnknownVersion(f"version {version} was never published")
        async with self._engine.begin() as connection:
            await _point(connection, self._engine, version)

    async def discard(self, version: int) -> None:
        """Give up a version being built; pages that only it had are freed by `prune`."""
        async with self._engine.begin() as connection:
            await connection.execute(
                update(db.index_versions)
                .where(db.index_versions.c.id == version)
                .values(state=VersionState.DISCARDED)
            )

    async def manifest(self, version: int) -> dict[str, str]:
        """Page versions by page id, as `version` holds them."""
        async with self._engine.connect() as connection:
            chain = await _chain(connection, version)
            changes = db.version_changes
            rows = await connection.execute(
                select(changes.c.index_version, changes.c.page_id, changes.c.page_version).where(
                    changes.c.index_version.in_(chain)
                )
            )
            position = {number: depth for depth, number in enumerate(chain)}
            held: dict[str, str | None] = {}
            for _, page, page_version in sorted(rows, key=lambda row: -position[row[0]]):
                held[page] = page_version
        return {page: page_version for page, page_version in held.items() if page_version is not None}

    async def pages(self, page_versions: Sequence[str]) -> list[StoredPage]:
        """Stored pages with their passages, in the order asked; those not there are left out."""
        found: dict[str, StoredPage] = {}
        async with self._engine.connect() as connection:
            for at in range(0, len(page_versions), _BATCH):
                batch = page_versions[at : at + _BATCH]
                found |= await _load(connection, batch)
        return [found[each] for each in page_versions if each in found]

    async def note_checks(
        self, source: str, checks: Mapping[str, tuple[str, Validators]], *, now: datetime
    ) -> None:
        """Remember, by page id, its address, validators and that `source` looked at it now."""
        rows = [
            {"page_id": page, "url": url, "source": source, "etag": v.etag, "last_modified": v.last_modified}
            for page, (url, v) in checks.items()
        ]
        async with self._engine.begin() as connection:
            for row in rows:
                await connection.execute(
                    db.upsert(self._engine, db.page_checks).values(**row, checked_at=now)
                )

    async def checks(self, source: str | None = None) -> dict[str, tuple[str, Validators]]:
        """By page id: address and validators, of one source or of all."""
        query = select(db.page_checks)
        if source is not None:
            query = query.where(db.page_checks.c.source == source)
        async with self._engine.connect() as connection:
            rows = await connection.execute(query)
            return {row.page_id: (row.url, Validators(row.etag, row.last_modified)) for row in rows}

    async def forget_checks(self, page_ids: Iterable[str]) -> None:
        """Drop what is remembered of pages that are gone."""
        async with self._engine.begin() as connection:
            await connection.execute(
                delete(db.page_checks).where(db.page_checks.c.page_id.in_(list(page_ids)))
            )

    async def size(self) -> dict[str, int]:
        """Rows in the tables that grow."""
        tables = (db.page_versions, db.passages, db.index_versions)
        async with self._engine.connect() as connection:
            return {
                table.name: int(await connection.scalar(select(func.count()).select_from(table)) or 0)
                for table in tables
            }


async def _pointer(connection: AsyncConnection) -> int | None:
    query = select(db.pointers.c.index_version).where(db.pointers.c.name == LIVE)
    number = await connection.scalar(query)
    return None if number is None else int(number)


async def _point(connection: AsyncConnection, engine: AsyncEngine, version: int) -> None:
    await connection.execute(db.upsert(engine, db.pointers).values(name=LIVE, index_version=version))


async def _discard_building(connection: AsyncConnection) -> None:
    """What an earlier writer left unfinished: it held the lock and no longer does, so it is gone."""
    await connection.execute(
        update(db.index_versions)
        .where(db.index_versions.c.state == VersionState.BUILDING)
        .values(state=VersionState.DISCARDED)
    )


async def _chain(connection: AsyncConnection, version: int) -> list[int]:
    """`version` and its ancestors, nearest first; raises `UnknownVersion`."""
    rows = await connection.execute(select(db.index_versions.c.id, db.index_versions.c.parent))
    parents: dict[int, int | None] = {row.id: row.parent for row in rows}
    if version not in parents:
        raise UnknownVersion(f"there is no version {version} of the index")
    chain: list[int] = []
    at: int | None = version
    while at is not None:
        chain.append(at)
        at = parents[at]
    return chain


async def _load(connection: AsyncConnection, page_versions: Sequence[str]) -> dict[str, StoredPage]:
    rows = await connection.execute(
        select(db.page_versions).where(db.page_versions.c.version.in_(page_versions))
    )
    pages = {
        row.version: (_PAGE.validate_python({**row.attributes, "text": row.text}), row.fetched_at)
        for row in rows
    }
    query = (
        select(db.passages)
        .where(db.passages.c.page_version.in_(page_versions))
        .order_by(db.passages.c.ordinal)
    )
    cut: dict[str, list[Passage]] = {version: [] for version in pages}
    for row in await connection.execute(query):
        cut[row.page_version].append(_passage(row, pages[row.page_version][0]))
    return {
        version: StoredPage(page, page.id, version, fetched_at, tuple(cut[version]))
        for version, (page, fetched_at) in pages.items()
    }


def _passage_row(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "page_version": passage.page_version,
        "ordinal": passage.ordinal,
        "start": passage.start,
        "end": passage.end,
        "heading_path": list(passage.heading_path),
    }


def _passage(row: Any, page: Page) -> Passage:
    path = tuple(row.heading_path)
    text = page.text[row.start : row.end]
    return Passage(
        id=row.id,
        page_id=page.id,
        page_version=row.page_version,
        ordinal=row.ordinal,
        heading_path=path,
        start=row.start,
        end=row.end,
        text=text,
        search_text=Passage.searchable(page.title, path, text),
    )


def _version(row: RowMapping, live: int | None) -> Version:
    fields: dict[str, Any] = {str(name): value for name, value in row.items() if name != "state"}
    return Version(**fields, state=VersionState(row["state"]), live=row["id"] == live)
