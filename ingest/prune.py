"""Old versions of the index go by policy, and with them all that only they held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from ingest import database as db
from ingest.removals import forget_unpublished
from ingest.rows import load_pages
from ingest.space import Space, unused_vectors
from ingest.versions import VersionState, as_version, live_version, manifest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from ingest.index import Index
    from ingest.model import StoredPage
    from ingest.policy import VersionRules
    from ingest.versions import Version

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Pruned:
    """How much went: versions of the index by number, page versions, vectors; and bytes given back."""

    versions: tuple[int, ...] = ()
    page_versions: int = 0
    vectors: int = 0
    bytes_freed: int = 0


async def prune(
    index: Index, *, now: datetime, keep_published: int | None = None, thorough: bool = False
) -> Pruned:
    """Let go of what the policy does not keep; `keep_published` overrides its number.

    A thorough run also looks for vectors that a crash left behind, and gives all free space back; any
    other does so only where much is free. The caller holds the writer's lock. Raises `StorageFailed`
    and `VectorsUnavailable`; what went half-way is completed by the next thorough run, and the live
    version is never touched.
    """
    rules = index.policy.versions
    if keep_published is not None:
        rules = rules.model_copy(update={"keep_published": keep_published})
    space = Space(index)
    before = await space.used()
    async with db.begin(index.catalog.engine) as connection:
        gone = await _drop_versions(connection, rules, now)
        dropped = await _orphans(connection)
        cutters = await _drop_pages(connection, list(dropped))
        shared = await _same_titles(connection, dropped.values())
    unused = await unused_vectors(index, dropped.values(), shared, thorough=thorough)
    await index.vectors.delete(sorted(unused))
    await space.give_back(cutters, all_of_it=thorough)
    return Pruned(tuple(gone), len(dropped), len(unused), max(before - await space.used(), 0))


def kept(versions: Sequence[Version], rules: VersionRules, now: datetime) -> list[Version]:
    """The versions that stay: the live one, the last published, and candidates that are young enough."""
    published = sorted(
        (each for each in versions if each.state is VersionState.PUBLISHED),
        key=lambda each: (each.live, each.published_at or each.created_at, each.id),
        reverse=True,
    )
    youngest = now - timedelta(days=rules.keep_candidates_days)
    candidates = [
        each for each in versions if each.state is VersionState.CANDIDATE and each.created_at >= youngest
    ]
    return sorted([*published[: rules.keep_published], *candidates], key=lambda each: each.id)


async def _drop_versions(connection: AsyncConnection, rules: VersionRules, now: datetime) -> list[int]:
    """Versions that stay are told anew as changes of one another; then the others hold nothing up."""
    live = await live_version(connection)
    rows = await connection.execute(select(db.index_versions).order_by(db.index_versions.c.id))
    versions = [as_version(row._mapping, live) for row in rows]
    staying = kept(versions, rules, now)
    gone = [each.id for each in versions if each not in staying]
    if gone:
        manifests = {each.id: await manifest_of(connection, each.id) for each in staying}
        await _retell(connection, versions, staying, manifests)
        for table, column in (
            (db.version_changes, db.version_changes.c.index_version),
            (db.index_versions, db.index_versions.c.id),
        ):
            await connection.execute(delete(table).where(column.in_(gone)))
        await forget_unpublished(connection)
    return gone


async def _retell(
    connection: AsyncConnection,
    versions: Sequence[Version],
    staying: Sequence[Version],
    manifests: Mapping[int, Mapping[str, str]],
) -> None:
    """Give each version that stays whose parent goes the nearest ancestor that stays, or none."""
    parents = {each.id: each.parent for each in versions}
    for version in staying:
        ancestor = version.parent
        while ancestor is not None and ancestor not in manifests:
            ancestor = parents.get(ancestor)
        if ancestor == version.parent:
            continue
        held, above = manifests[version.id], manifests.get(ancestor or 0, {})
        rows = [
            {"index_version": version.id, "page_id": page, "page_version": held.get(page)}
            for page in sorted(held.keys() | above.keys())
            if held.get(page) != above.get(page)
        ]
        table = db.version_changes
        await connection.execute(delete(table).where(table.c.index_version == version.id))
        if rows:
            await connection.execute(insert(table), rows)
        own = update(db.index_versions).where(db.index_versions.c.id == version.id)
        await connection.execute(own.values(parent=ancestor))


async def _orphans(connection: AsyncConnection) -> dict[str, StoredPage]:
    """Page versions that are in no version of the index."""
    pages = db.page_versions
    held = select(db.version_changes.c.page_version).where(db.version_changes.c.page_version.is_not(None))
    query = select(pages.c.version).where(pages.c.version.not_in(held))
    return await _load(connection, [row.version for row in await connection.execute(query)])


async def _drop_pages(connection: AsyncConnection, orphans: Sequence[str]) -> list[str]:
    """Forget page versions, passages of cuttings that no version uses, and what is known of no page.

    Returns the embedders that versions still use.
    """
    pages, cut = db.page_versions, db.passages
    for at in range(0, len(orphans), _BATCH):
        batch = orphans[at : at + _BATCH]
        await connection.execute(delete(cut).where(cut.c.page_version.in_(batch)))
        await connection.execute(delete(pages).where(pages.c.version.in_(batch)))
        waiting = db.waiting_checks
        await connection.execute(delete(waiting).where(waiting.c.page_version.in_(batch)))
    await connection.execute(delete(cut).where(cut.c.chunker.not_in(select(db.index_versions.c.chunker))))
    known = select(pages.c.page_id)
    await connection.execute(delete(db.page_checks).where(db.page_checks.c.page_id.not_in(known)))
    embedders = await connection.execute(select(db.index_versions.c.embedder).distinct())
    return [row.embedder for row in embedders]


async def _same_titles(connection: AsyncConnection, dropped: Iterable[StoredPage]) -> list[StoredPage]:
    """Pages that stay under a title of one that goes: only they can hold a text that it held."""
    titles = sorted({each.page.title for each in dropped})
    table, found = db.page_versions, []
    for at in range(0, len(titles), _BATCH):
        wanted = table.c.attributes["title"].as_string().in_(titles[at : at + _BATCH])
        found += [row.version for row in await connection.execute(select(table.c.version).where(wanted))]
    return list((await _load(connection, found)).values())


async def _load(connection: AsyncConnection, page_versions: Sequence[str]) -> dict[str, StoredPage]:
    found: dict[str, StoredPage] = {}
    for at in range(0, len(page_versions), _BATCH):
        found |= await load_pages(connection, page_versions[at : at + _BATCH], None)
    return found
