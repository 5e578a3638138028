"""A source of pages becomes a version of the index.

The next version is built beside the live one and published by moving one pointer; until then, and
whatever happens meanwhile, the live version answers as before.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from guardrails import screen_page
from ingest.checks import Check
from ingest.errors import SourceError, StorageFailed
from ingest.model import Failed, Gone, Page, Skipped, StoredPage, page_id
from ingest.passages import passages
from ingest.plan import confirmed, plan, unchanged, unsuccessful
from ingest.report import Report
from ingest.sources.documents import is_document_address

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ingest.index import Index
    from ingest.model import Fetched, Source, Validators
    from ingest.plan import Plan
    from ingest.report import Progress

BATCH_PAGES = 500
"""Pages embedded and stored together, by the length of their texts."""

UNIT_PAGES = 1_000
"""Pages up to which a version holds a vector for each unit; in larger ones they are made when needed."""

LARGEST_LOSS = 0.5
"""Share of a source's pages that one run may remove for no longer being listed."""


async def sync(
    source: Source,
    index: Index,
    *,
    now: Callable[[], datetime],
    progress: Progress | None = None,
    note: str = "",
    publish: bool = True,
    onto: int | None = None,
) -> Report:
    """Read `source` and publish what it changes; without changes there is no new version.

    With `publish=False` the new version stays a candidate. It is built on the live version, or on the
    version `onto`, such as an earlier candidate. The caller holds the writer's lock. Raises
    `SourceError` when the source cannot be read at all, and what the embedder and the stores raise; the
    live version stays in each case.
    """
    run = _Run(index, note or source.name, now, progress)
    try:
        await run.begin(onto)
        await run.read(source)
        await run.finish(publish=publish)
    except BaseException:
        await run.give_up()
        raise
    return run.report


async def rebuild(
    index: Index,
    *,
    now: Callable[[], datetime],
    progress: Progress | None = None,
    publish: bool = True,
) -> Report:
    """A full new version of the pages that answer now, cut and embedded as is configured now.

    Nothing is read from any source. The live version answers until the new one is whole.
    """
    run = _Run(index, "rebuild", now, progress)
    try:
        await run.begin(None, anew=True)
        await run.finish(publish=publish)
    except BaseException:
        await run.give_up()
        raise
    return run.report


class _Run:
    """One run's state: the version being built and what is waiting to be embedded."""

    def __init__(
        self, index: Index, note: str, now: Callable[[], datetime], progress: Progress | None
    ) -> None:
        self.index, self.note, self.now, self.progress = index, note, now, progress
        self.report = Report()
        self.version: int | None = None
        self.source: Source | None = None
        self.live: dict[str, str] = {}
        self.known: dict[str, str] = {}
        self._checks: dict[str, Check] = {}
        self._waiting: list[StoredPage] = []
        self._noted: dict[str, Check] = {}
        self._changed: set[str] = set()
        self._seen: set[str] = set()
        self._expected = 0

    async def begin(self, onto: int | None, *, anew: bool = False) -> None:
        catalog, index = self.index.catalog, self.index
        parent = onto if onto is not None else await catalog.live()
        usable = True
        if parent is not None:
            self.live = await catalog.manifest(parent)
            above = await catalog.version(parent)
            usable = (above.embedder, above.chunker) == (index.embedder.name, index.cutting) and not anew
        self._checks = await catalog.checks.all()
        self.known = {each.url: each.page_id for each in self._checks.values() if each.page_id in self.live}
        self.version = await catalog.begin(
            parent=parent, embedder=index.embedder.name, chunker=index.cutting, note=self.note, now=self.now()
        )
        if not usable:
            await self._rebuild()

    async def read(self, source: Source) -> None:
        """Take all that the source gives."""
        self.source = source
        self._expected = await source.count() or 0
        if self.progress is not None:
            self.progress.expect(self._expected or None)
        async for fetched in source.fetch(self._validators()):
            outcome = await self._take(fetched, source)
            if self.progress is not None:
                self.progress.page(outcome, fetched.url)

    async def finish(self, *, publish: bool) -> None:
        await self._flush()
        await self._remove_unlisted()
        report, catalog = self.report, self.index.catalog
        changed = report.added or report.changed or report.removed or report.rebuilt
        if changed:
            if publish:
                await catalog.publish(self._building, now=self.now(), counts=report.counts)
                report.version = self._building
            else:
                await catalog.finish(self._building, counts=report.counts)
                report.candidate = self._building
        else:
            await self.give_up()
        waiting = set() if publish else self._changed & set(self.live)  # their stored text is another one
        await catalog.checks.note([each for each in self._noted.values() if each.page_id not in waiting])
        if self.source is not None and self.source.web and self.source.complete:
            await catalog.checks.note_source(self.source.name, now=self.now())

    async def give_up(self) -> None:
        """Discard what was built; where even that fails, the next writer does it."""
        if self.version is not None:
            with suppress(StorageFailed):
                await self.index.catalog.discard(self.version)

    @property
    def _building(self) -> int:
        assert self.version is not None
        return self.version

    def _validators(self) -> dict[str, Validators]:
        """What conditional requests need, of pages whose text is the one that the validators are of."""
        return {
            each.url: each.validators
            for each in self._checks.values()
            if each.page_id in self.live and each.page_version in (None, self.live[each.page_id])
        }

    async def _take(self, fetched: Fetched, source: Source) -> str:
        """Settle one fetched value; returns its outcome."""
        if isinstance(fetched, Page):
            fetched = await asyncio.to_thread(self._screened, fetched)
        planned = plan(fetched, self.live, self.known, self.index.policy)
        if planned.page_id is not None:
            self._seen.add(planned.page_id)
        self._note(fetched, planned, source)
        if isinstance(fetched, Page):
            if planned.outcome != "unchanged":
                self._changed.add(fetched.id)
                await self._store(fetched)
        elif planned.outcome == "removed" and planned.page_id is not None:
            await self.index.catalog.remove(self._building, [planned.page_id])
        self.report.add(planned.outcome, fetched.url, getattr(fetched, "reason", ""))
        return planned.outcome

    def _note(self, fetched: Fetched, planned: Plan, source: Source) -> None:
        """Remember the look at a page that is, or comes to be, in the index."""
        if planned.page_id is None or planned.outcome == "removed":
            return
        rules, now = self.index.policy.checks, self.now()
        before = self._checks.get(planned.page_id)
        if isinstance(fetched, Page):
            blank = Check(fetched.id, fetched.url, source.name, now, source.web)
            changed = planned.outcome != "unchanged"
            self._noted[fetched.id] = confirmed(fetched, before, blank, rules, changed=changed)
        elif before is not None and isinstance(fetched, Skipped | Failed | Gone):
            self._noted[before.page_id] = unsuccessful(before, now, rules, fetched.reason)
        elif before is not None:
            self._noted[before.page_id] = unchanged(before, now, rules)

    def _screened(self, page: Page) -> Page:
        """Passages are data: text that speaks to a machine never becomes one, and the editor is told."""
        screening = screen_page(page.text)
        if not screening.findings:
            return page
        self.report.flagged[page.url] = ", ".join(sorted({finding.type for finding in screening.findings}))
        facts = tuple(fact for fact in page.facts if fact.text in screening.text)
        return replace(page, text=screening.text, facts=facts)

    async def _store(self, page: Page) -> None:
        count, cutting = self.index.embedder.count, self.index.cutting
        cut = await asyncio.to_thread(passages, page, count, cutting)
        self._waiting.append(StoredPage(page, page.id, page.version, self.now(), cut))
        if len(self._waiting) >= BATCH_PAGES:
            await self._flush()

    async def _flush(self) -> None:
        """Vectors first, then rows: no stored passage is ever without its vector."""
        size = max(self._expected, len(self.live) + len(self.report.added))
        await self._put(self._waiting, units=size <= UNIT_PAGES)
        self._waiting = []

    async def _put(self, pages: Sequence[StoredPage], *, units: bool) -> None:
        embedded = self.progress.embedded if self.progress else None
        self.report.embedded += await self.index.embed_pages(pages, embedded, units=units)
        await self.index.catalog.put(self._building, pages, self.index.cutting)

    async def _remove_unlisted(self) -> None:
        """Pages that this source once gave and no longer lists stop answering."""
        source = self.source
        if source is None or not source.complete:
            return
        own = {each.page_id for each in self._checks.values() if each.source == source.name}
        own &= set(self.live)
        documents = {page for page in own if is_document_address(self._checks[page].url)}
        lost = own - self._seen - documents  # sites link to documents and do not list them
        if not lost:
            return
        if len(lost) > LARGEST_LOSS * len(own):
            message = f"{source.name} lists {len(own) - len(lost)} of the {len(own)} pages that it had"
            hint = "Check the source. `govt-assistant index remove` removes pages all the same."
            raise SourceError(message, what_to_do=hint)
        await self.index.catalog.remove(self._building, lost)
        for each in sorted(lost):
            self.report.add("removed", self._checks[each].url, "no longer listed")

    async def _rebuild(self) -> None:
        """After a change of the embedding model or the cutting, every page is cut and embedded anew."""
        held = list(self.live.values())
        for at in range(0, len(held), BATCH_PAGES):
            stored = await self.index.catalog.pages(held[at : at + BATCH_PAGES])
            anew = await asyncio.to_thread(self._cut_anew, stored)
            await self._put(anew, units=len(held) <= UNIT_PAGES)
            self.report.rebuilt += len(anew)

    def _cut_anew(self, stored: Sequence[StoredPage]) -> list[StoredPage]:
        count, cutting = self.index.embedder.count, self.index.cutting
        return [replace(each, passages=passages(each.page, count, cutting)) for each in stored]


async def remove(
    urls: Sequence[str],
    index: Index,
    *,
    languages: tuple[str, ...],
    now: Callable[[], datetime],
    publish: bool = True,
) -> Report:
    """A version without the pages at `urls`; addresses that are not there are reported as skipped."""
    catalog = index.catalog
    parent = await catalog.live()
    live = await catalog.manifest(parent) if parent is not None else {}
    report = Report()
    found = []
    for url in urls:
        ids = [each for language in languages if (each := page_id(url, language)) in live]
        found += ids
        report.add(
            "removed" if ids else "skipped", url, "removed by an editor" if ids else "not in the live version"
        )
    if found and parent is not None:
        above = await catalog.version(parent)
        version = await catalog.begin(
            parent=parent, embedder=above.embedder, chunker=above.chunker, note="remove pages", now=now()
        )
        await catalog.remove(version, found)
        if publish:
            await catalog.publish(version, now=now(), counts=report.counts)
            report.version = version
        else:
            await catalog.finish(version, counts=report.counts)
            report.candidate = version
    return report
