"""Versions of the index as rows: how they descend from one another, and what each of them holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from ingest import database as db
from ingest.errors import UnknownVersion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

LIVE = "live"


class VersionState(StrEnum):
    """Where a version of the index stands."""

    BUILDING = "building"
    CANDIDATE = "candidate"
    """Whole, and not published: it can be looked at, tried and compared."""
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
    calibration: Mapping[str, Any] | None = None
    """What was fitted on the version's pages, for whoever answers from them; the index does not read it."""


def as_version(row: RowMapping, live: int | None) -> Version:
    """The row of `index_versions` as a value."""
    fields: dict[str, Any] = {str(name): value for name, value in row.items() if name != "state"}
    return Version(**fields, state=VersionState(row["state"]), live=row["id"] == live)


LIVE_VERSION = select(db.pointers.c.index_version).where(db.pointers.c.name == LIVE)
"""The number of the version that the pointer names, as a query that others can be read with."""


async def live_version(connection: AsyncConnection) -> int | None:
    """Number of the version that the pointer names."""
    number = await connection.scalar(LIVE_VERSION)
    return None if number is None else int(number)


async def point(connection: AsyncConnection, engine: AsyncEngine, version: int) -> None:
    """Move the pointer."""
    await connection.execute(db.upsert(engine, db.pointers).values(name=LIVE, index_version=version))


async def find_version(connection: AsyncConnection, number: int) -> Version:
    """Version `number`; raises `UnknownVersion`."""
    query = select(db.index_versions).where(db.index_versions.c.id == number)
    row = (await connection.execute(query)).first()
    if row is None:
        raise UnknownVersion(f"there is no version {number} of the index")
    return as_version(row._mapping, await live_version(connection))


async def set_state(connection: AsyncConnection, version: int, state: VersionState, **more: object) -> None:
    """Let a version stand in `state`."""
    rows = update(db.index_versions).where(db.index_versions.c.id == version)
    await connection.execute(rows.values(state=state, **more))


async def discard_unfinished(connection: AsyncConnection) -> None:
    """What an earlier writer left unfinished: it held the lock and no longer does, so it is gone."""
    rows = update(db.index_versions).where(db.index_versions.c.state == VersionState.BUILDING)
    await connection.execute(rows.values(state=VersionState.DISCARDED))


async def chain_of(connection: AsyncConnection, version: int) -> list[int]:
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


async def manifest_of(connection: AsyncConnection, version: int) -> dict[str, str]:
    """Page versions by page id, as `version` holds them, in the order of the ids."""
    chain = await chain_of(connection, version)
    held: dict[str, str | None] = {}
    changes = await changes_of(connection, chain)
    for number in reversed(chain):
        held |= changes.get(number, {})
    return {page: found for page, found in sorted(held.items()) if found is not None}


async def changes_of(
    connection: AsyncConnection, versions: Sequence[int]
) -> dict[int, dict[str, str | None]]:
    """What each of `versions` changes against its parent: page versions by page id, None for removed."""
    table = db.version_changes
    rows = await connection.execute(
        select(table.c.index_version, table.c.page_id, table.c.page_version).where(
            table.c.index_version.in_(versions)
        )
    )
    found: dict[int, dict[str, str | None]] = {}
    for number, page, page_version in rows:
        found.setdefault(number, {})[page] = page_version
    return found
