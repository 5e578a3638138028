"""The life of one page: each text that it has had, and the versions of the index that hold it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from ingest import database as db
from ingest.errors import UnknownPage
from ingest.rows import load_pages
from ingest.versions import VersionState, live_version

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from ingest.model import StoredPage


@dataclass(frozen=True, slots=True)
class PageVersion:
    """One stored text of a page; `held_by` numbers the versions of the index that hold it, oldest first."""

    stored: StoredPage
    held_by: tuple[int, ...]
    live: bool

    @property
    def fetched_at(self) -> datetime:
        """When this text was first fetched."""
        return self.stored.fetched_at


async def history_of(connection: AsyncConnection, page: str) -> list[PageVersion]:
    """All stored versions of the page, newest first; raises `UnknownPage`."""
    table = db.page_versions
    rows = await connection.execute(
        select(table.c.version).where(table.c.page_id == page).order_by(table.c.fetched_at.desc())
    )
    stored = await load_pages(connection, versions := [row.version for row in rows], None)
    if not versions:
        raise UnknownPage(f"no version of the index has held a page {page[:100]!r}")
    live = await live_version(connection)
    holders = await _holders(connection, page)
    found = [
        PageVersion(stored[each], tuple(holders.get(each, ())), live in holders.get(each, ()))
        for each in versions
    ]
    return sorted(found, key=lambda each: not each.live)


async def _holders(connection: AsyncConnection, page: str) -> dict[str, list[int]]:
    """By page version, the candidates and published versions of the index that hold it."""
    table = db.index_versions
    versions = await connection.execute(
        select(table.c.id, table.c.parent, table.c.state).order_by(table.c.id)
    )
    changes = await connection.execute(
        select(db.version_changes.c.index_version, db.version_changes.c.page_version).where(
            db.version_changes.c.page_id == page
        )
    )
    changed: dict[int, str | None] = {row.index_version: row.page_version for row in changes}
    held: dict[int, str | None] = {}
    holders: dict[str, list[int]] = {}
    for version in _parents_first([(row.id, row.parent, row.state) for row in versions]):
        number, parent, state = version
        found = held[number] = changed.get(number, held.get(parent) if parent is not None else None)
        if found is not None and state in (VersionState.CANDIDATE, VersionState.PUBLISHED):
            holders.setdefault(found, []).append(number)
    return holders


def _parents_first(versions: list[tuple[int, int | None, str]]) -> list[tuple[int, int | None, str]]:
    """In an order in which each stands after its parent; a rebased candidate may be older than its own."""
    waiting = {version[0]: version for version in versions}
    ordered: list[tuple[int, int | None, str]] = []

    def settle(number: int) -> None:
        pending = []
        at: int | None = number
        while at is not None and at in waiting:
            pending.append(waiting.pop(at))
            at = pending[-1][1]
        ordered.extend(reversed(pending))

    for number, _, _ in versions:
        settle(number)
    return ordered
