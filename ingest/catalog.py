"""Pages, passages and versions in the database.

A version is its parent plus a few changes, so a new version costs what it changes, not a copy of the
site. It is immutable once published; `publish` and `rollback` move one pointer in one transaction.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from ingest import database as db
from ingest import storage
from ingest.checks import Checks
from ingest.differences import Difference, differ
from ingest.errors import NotPublishable, StaleCandidate, UnknownPage, UnknownVersion
from ingest.history import PageVersion, history_of
from ingest.page_list import PageFilter, PageList, list_pages
from ingest.removals import Removals, keep_out, kept_out, put_in_force
from ingest.rows import load_pages, page_row, passage_row
from ingest.versions import (
    Version,
    VersionState,
    as_version,
    changes_of,
    discard_unfinished,
    find_version,
    live_version,
    manifest_of,
    point,
    set_state,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncEngine

    from ingest.model import StoredPage

_BATCH = 500


class Catalog:
    """The index's tables; every method is one transaction and raises `StorageFailed` when that fails."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = self._engine = engine
        self.checks = Checks(engine)
        self.removals = Removals(engine)

    async def live(self) -> int | None:
        """Number of the version that answers now."""
        async with db.connect(self._engine) as connection:
            return await live_version(connection)

    async def versions(self) -> list[Version]:
        """All versions, newest first."""
        async with db.connect(self._engine) as connection:
            live = await live_version(connection)
            rows = await connection.execute(select(db.index_versions).order_by(db.index_versions.c.id.desc()))
            return [as_version(row._mapping, live) for row in rows]

    async def version(self, number: int) -> Version:
        """Version `number`; raises `UnknownVersion`."""
        async with db.connect(self._engine) as connection:
            return await find_version(connection, number)

    async def begin(
        self,
        *,
        parent: int | None,
        embedder: str,
        chunker: str,
        note: str,
        now: datetime,
        calibration: Mapping[str, Any] | None = None,
    ) -> int:
        """A new version in the state of being built, equal to its parent so far.

        Without a `calibration` of its own it keeps its parent's, unless its vectors are another model's.
        """
        row = {"parent": parent, "state": VersionState.BUILDING, "embedder": embedder, "chunker": chunker}
        async with db.begin(self._engine) as connection:
            await discard_unfinished(connection)
            if calibration is None and parent is not None:
                above = await find_version(connection, parent)
                calibration = above.calibration if above.embedder == embedder else None
            result = await connection.execute(
                insert(db.index_versions).values(
                    **row, note=note, counts={}, created_at=now, calibration=calibration
                )
            )
            key = result.inserted_primary_key
            assert key is not None
            return int(key[0])

    async def adopt(self, version: int, candidate: int) -> bool:
        """Take the changes of a candidate into a version being built; not where it was cut otherwise.

        Pages that were taken out of the live version since then stay out.
        """
        table = db.version_changes
        async with db.begin(self._engine) as connection:
            building, found = [await find_version(connection, each) for each in (version, candidate)]
            if (building.embedder, building.chunker) != (found.embedder, found.chunker):
                return False
            changes = (await changes_of(connection, [candidate])).get(candidate, {})
            out = await kept_out(connection)
            rows = [
                {"index_version": version, "page_id": page, "page_version": held}
                for page, held in changes.items()
                if page not in out
            ]
            if rows:
                await connection.execute(insert(table), rows)
            return True

    async def put(self, version: int, pages: Sequence[StoredPage], chunker: str) -> None:
        """Pages with their passages into a version being built, all or none."""
        if not pages:
            return
        rows = {each.version: {**page_row(each.page), "fetched_at": each.fetched_at} for each in pages}
        cut = [passage_row(passage, chunker) for each in pages for passage in each.passages]
        changes = [
            {"index_version": version, "page_id": each.id, "page_version": each.version} for each in pages
        ]
        async with db.begin(self._engine) as connection:
            await connection.execute(db.insert_missing(self._engine, db.page_versions), list(rows.values()))
            if cut:
                await connection.execute(db.insert_missing(self._engine, db.passages), cut)
            await connection.execute(db.upsert(self._engine, db.version_changes), changes)

    async def remove(self, version: int, page_ids: Iterable[str]) -> None:
        """Take pages out of a version being built."""
        rows = [{"index_version": version, "page_id": each, "page_version": None} for each in page_ids]
        if rows:
            async with db.begin(self._engine) as connection:
                await connection.execute(db.upsert(self._engine, db.version_changes), rows)

    async def without(
        self,
        page_ids: Collection[str],
        *,
        now: datetime,
        publish: bool = True,
        counts: Mapping[str, int] | None = None,
    ) -> int:
        """A new version: the live one without some pages. Raises `NotPublishable` where none is live."""
        number = await self._onto_live(note="remove pages", now=now)
        await self.remove(number, page_ids)
        told = counts or {"removed": len(page_ids)}
        if publish:
            await self.publish(number, now=now, counts=told)
        else:
            await self.finish(number, counts=told)
        return number

    async def recalibrated(self, fitted: Mapping[str, Any], *, now: datetime) -> int:
        """A candidate with the live version's pages and what was `fitted` on them.

        Raises `NotPublishable` where none is live.
        """
        number = await self._onto_live(note="calibrate", now=now, calibration=dict(fitted))
        await self.finish(number, counts={})
        return number

    async def _onto_live(self, **more: Any) -> int:
        """A version being built on the live one, made as that was; `more` as in `begin`."""
        live = await self.live()
        if live is None:
            raise NotPublishable("nothing is published, so there is nothing to change")
        above = await self.version(live)
        return await self.begin(parent=live, embedder=above.embedder, chunker=above.chunker, **more)

    async def finish(self, version: int, *, counts: Mapping[str, int]) -> None:
        """A version being built is whole: it becomes a candidate, which nothing changes any more."""
        async with db.begin(self._engine) as connection:
            await set_state(connection, version, VersionState.CANDIDATE, counts=dict(counts))

    async def publish(
        self, candidate: int, *, now: datetime, counts: Mapping[str, int] | None = None
    ) -> None:
        """Let a candidate answer: the pointer moves in one transaction.

        With `counts` it is a version being built, which is whole now. Raises `UnknownVersion`,
        `NotPublishable`, and `StaleCandidate` where the version that answers now is not the one on which
        the candidate was built.
        """
        async with db.begin(self._engine) as connection:
            found = await find_version(connection, candidate)
            expected = VersionState.CANDIDATE if counts is None else VersionState.BUILDING
            if found.state is not expected:
                raise NotPublishable.as_it_is(candidate, found.state)
            if found.parent != (live := await live_version(connection)):
                raise StaleCandidate(
                    f"version {candidate} was built on version {found.parent}, and {live} answers now"
                )
            told = found.counts if counts is None else dict(counts)
            await set_state(connection, candidate, VersionState.PUBLISHED, published_at=now, counts=told)
            await point(connection, self._engine, candidate)
            await put_in_force(connection, candidate)

    async def rebase(self, candidate: int) -> None:
        """Put the changes of a candidate onto the version that answers now; raises `NotPublishable`.

        Where both have changed a page, the candidate's text counts: it was looked at last. A page that was
        taken out since then stays out.
        """
        async with db.begin(self._engine) as connection:
            found = await find_version(connection, candidate)
            live = await live_version(connection)
            if found.state is not VersionState.CANDIDATE or live is None:
                raise NotPublishable(f"version {candidate} is {found.state}, not a candidate")
            answering = await find_version(connection, live)
            if (found.embedder, found.chunker) != (answering.embedder, answering.chunker):
                raise NotPublishable(
                    f"version {candidate} was embedded or cut in another way than version {live}",
                    what_to_do="Ingest once more instead.",
                )
            rows = update(db.index_versions).where(db.index_versions.c.id == candidate)
            before = None if found.parent is None else await find_version(connection, found.parent)
            own = before is None or found.calibration != before.calibration
            fitted = found.calibration if own else answering.calibration
            await connection.execute(rows.values(parent=live, calibration=fitted))
            await keep_out(connection, candidate)

    async def rollback(self, version: int) -> None:
        """Move the pointer to a version that was published before; raises `UnknownVersion`."""
        async with db.begin(self._engine) as connection:
            found = await find_version(connection, version)
            if found.state is not VersionState.PUBLISHED:
                raise UnknownVersion(f"version {version} was never published")
            await point(connection, self._engine, version)

    async def discard(self, version: int) -> None:
        """Give up a version that is not published; what only it had is freed by `prune`."""
        async with db.begin(self._engine) as connection:
            found = await find_version(connection, version)
            if found.state is VersionState.PUBLISHED:
                raise NotPublishable(f"version {version} is published", what_to_do="Roll back instead.")
            await set_state(connection, version, VersionState.DISCARDED)

    async def manifest(self, version: int) -> dict[str, str]:
        """Page versions by page id, as `version` holds them, in the order of the ids."""
        async with db.connect(self._engine) as connection:
            return await manifest_of(connection, version)

    async def pages(self, page_versions: Sequence[str], *, chunker: str | None = None) -> list[StoredPage]:
        """Stored pages with their passages, in the order asked; those not there are left out."""
        found: dict[str, StoredPage] = {}
        async with db.connect(self._engine) as connection:
            for at in range(0, len(page_versions), _BATCH):
                found |= await load_pages(connection, page_versions[at : at + _BATCH], chunker)
        return [found[each] for each in page_versions if each in found]

    async def diff(self, before: int | None, after: int) -> Difference:
        """What `after` changes against `before` (None: nothing), with texts; raises `UnknownVersion`."""
        async with db.connect(self._engine) as connection:
            return await differ(connection, before, after)

    async def history(self, page: str) -> list[PageVersion]:
        """All stored versions of the page with that id, newest first; raises `UnknownPage`."""
        async with db.connect(self._engine) as connection:
            return await history_of(connection, page)

    async def find_history(self, page: str) -> list[PageVersion]:
        """As `history`, but nothing for a page that was never held."""
        with suppress(UnknownPage):
            return await self.history(page)
        return []

    async def list_pages(
        self, wanted: PageFilter, *, version: int | None = None, offset: int = 0, limit: int = 50
    ) -> PageList:
        """Pages of `version` (by default the live one) that match, by title; raises `UnknownVersion`."""
        async with db.connect(self._engine) as connection:
            return await list_pages(connection, wanted, version=version, offset=offset, limit=limit)

    async def page_versions(self) -> list[str]:
        """Every stored page version."""
        async with db.connect(self._engine) as connection:
            return list((await connection.execute(select(db.page_versions.c.version))).scalars())

    async def bytes_used(self) -> int:
        """Bytes on disk; 0 for a database on a server."""
        return await storage.bytes_used(self._engine)

    async def give_back(self, *, least: float) -> bool:
        """Let the disk have the free space of the file, where its share is at least `least`.

        False where a reader held the file back.
        """
        return await storage.give_back(self._engine, least=least)

    async def size(self) -> dict[str, int]:
        """Rows in the tables that grow."""
        tables = (db.page_versions, db.passages, db.index_versions, db.version_changes, db.page_checks)
        async with db.connect(self._engine) as connection:
            return {
                table.name: int(await connection.scalar(select(func.count()).select_from(table)) or 0)
                for table in tables
            }
