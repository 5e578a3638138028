"""The pages of a version as an editor looks through them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ingest import database as db
from ingest.versions import live_version, manifest_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

_BATCH = 500


@dataclass(frozen=True, slots=True)
class PageFilter:
    """Which pages are wanted; what is None or empty does not matter.

    Each word of `text` stands in title, address or text, whatever its case. `unconfirmed_since`: the
    source has not vouched for the page since then. `problem`: whether the last look at the page failed.
    """

    text: str = ""
    agency: str | None = None
    topic: str | None = None
    language: str | None = None
    origin: str | None = None
    source: str | None = None
    unconfirmed_since: datetime | None = None
    problem: bool | None = None


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page as a list shows it; the times are those of `database.page_checks`."""

    id: str
    version: str
    url: str
    title: str
    language: str
    agency: str | None
    topic: str | None
    origin: str
    reviewed: bool
    last_updated: date | None
    source: str | None
    stored_at: datetime
    """When this text was first fetched."""
    checked_at: datetime | None
    fetched_at: datetime | None
    """When the source last vouched for this text."""
    modified_at: datetime | None
    next_check_at: datetime | None
    failures: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class PageList:
    """Some of the pages that match, how many match, and what the filters could be set to."""

    total: int
    pages: tuple[PageRow, ...]
    agencies: tuple[str, ...]
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    sources: tuple[str, ...]


async def list_pages(
    connection: AsyncConnection, wanted: PageFilter, *, version: int | None, offset: int, limit: int
) -> PageList:
    """Pages of `version` (by default the live one) that match, by title; raises `UnknownVersion`."""
    number = version if version is not None else await live_version(connection)
    held = await manifest_of(connection, number) if number is not None else {}
    rows = await _rows(connection, held)
    matching = [row for row in rows if _matches(row, wanted)]
    for word in dict.fromkeys(wanted.text.split()):
        with_word = await _holding(connection, held, word)
        matching = [row for row in matching if _names(row, word.casefold()) or row.version in with_word]
    matching.sort(key=lambda row: (row.title.casefold(), row.url, row.language))
    return PageList(
        total=len(matching),
        pages=tuple(matching[offset : offset + limit]),
        agencies=_values(row.agency for row in rows),
        topics=_values(row.topic for row in rows),
        languages=_values(row.language for row in rows),
        sources=_values(row.source for row in rows),
    )


async def _rows(connection: AsyncConnection, held: Mapping[str, str]) -> list[PageRow]:
    checks = {row.page_id: row for row in await connection.execute(select(db.page_checks))}
    table, found, versions = db.page_versions, [], list(held.values())
    for at in range(0, len(versions), _BATCH):
        query = select(table.c.version, table.c.page_id, table.c.attributes, table.c.fetched_at)
        batch = query.where(table.c.version.in_(versions[at : at + _BATCH]))
        found += [_row(row, checks.get(row.page_id)) for row in await connection.execute(batch)]
    return found


def _row(row: Any, check: Any | None) -> PageRow:
    stated = row.attributes
    updated = stated.get("last_updated")
    return PageRow(
        id=row.page_id,
        version=row.version,
        url=stated["url"],
        title=stated["title"],
        language=stated["language"],
        agency=stated["agency"],
        topic=stated["topic"],
        origin=stated["origin"],
        reviewed=stated["reviewed"],
        last_updated=date.fromisoformat(updated) if updated else None,
        source=check.source if check else None,
        stored_at=row.fetched_at,
        checked_at=check.checked_at if check else None,
        fetched_at=check.fetched_at if check else None,
        modified_at=check.modified_at if check else None,
        next_check_at=check.next_check_at if check else None,
        failures=check.failures if check else 0,
        problem=check.problem if check else None,
    )


def _matches(row: PageRow, wanted: PageFilter) -> bool:
    exact = ("agency", "topic", "language", "origin", "source")
    if any(getattr(wanted, name) not in (None, getattr(row, name)) for name in exact):
        return False
    if wanted.problem is not None and wanted.problem != (row.problem is not None):
        return False
    since = wanted.unconfirmed_since
    return since is None or (row.fetched_at or row.stored_at) < since


async def _holding(connection: AsyncConnection, held: Mapping[str, str], text: str) -> set[str]:
    table, found, versions = db.page_versions, set(), list(held.values())
    for at in range(0, len(versions), _BATCH):
        query = select(table.c.version).where(
            table.c.version.in_(versions[at : at + _BATCH]), table.c.text.icontains(text, autoescape=True)
        )
        found |= {row.version for row in await connection.execute(query)}
    return found


def _names(row: PageRow, word: str) -> bool:
    return word in row.title.casefold() or word in row.url.casefold()


def _values(values: Any) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}, key=str.casefold))
