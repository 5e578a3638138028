"""One run of ingest: what is read becomes a version that is built beside the live one."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from guardrails import screen_page
from ingest.checks import Check
from ingest.errors import NotPublishable, SourceError, StorageFailed
from ingest.model import Failed, Gone, Page, Skipped, StoredPage
from ingest.passages import passages
from ingest.plan import confirmed, looked_at, plan, unchanged, unsuccessful
from ingest.report import Report
from ingest.sources.documents import is_document_address

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from ingest.index import Index
    from ingest.model import Fetched, Source, Validators
    from ingest.plan import Plan
    from ingest.removals import Removal
    from ingest.report import Progress

BATCH_PAGES = 500
"""Pages embedded and stored together, by the length of their texts."""

UNIT_PAGES = 1_000
"""Pages up to which a version holds a vector for each unit; in larger ones they are made when needed."""

LARGEST_LOSS = 0.5
"""Share of a source's pages that one run may remove for no longer being listed."""


class Run:
    """One run's state: the version being built and what is waiting to be embedded."""

    def __init__(
        self, index: Index, note: str, now: Callable[[], datetime], progress: Progress | None
    ) -> None:
        self.index, self.note, self.now, self.progress = index, note, now, progress
        self.report = Report()
        self.by_source: dict[str, Report] = {}
        self.version: int | None = None
        self.live: dict[str, str] = {}
        """Page versions by page id, as the version being built holds them so far."""
        self.known: dict[str, str] = {}
        self._checks: dict[str, Check] = {}
        self._waiting: list[StoredPage] = []
        self._noted: dict[str, Check] = {}
        self._answering: dict[str, str] = {}
        self._seen: set[str] = set()
        self._given: set[str] = set()
        self._read_whole: list[str] = []
        self._kept_out: dict[str, Removal] = {}
        self._gathered = False
        self._expected = 0

    async def begin(
        self,
        onto: int | None = None,
        *,
        gather: int | None = None,
        let_in: Collection[str] = (),
        anew: bool = False,
    ) -> None:
        """Start a version on `onto`, or on the live one, with the changes of the candidate `gather`.

        Pages that somebody took out stay out, but for those of the identifiers `let_in`.
        """
        catalog, index = self.index.catalog, self.index
        parent = onto if onto is not None else await catalog.live()
        usable = True
        if parent is not None:
            self._answering = await catalog.manifest(parent)
            above = await catalog.version(parent)
            usable = (above.embedder, above.chunker) == (index.embedder.name, index.cutting) and not anew
        self.version = await catalog.begin(
            parent=parent, embedder=index.embedder.name, chunker=index.cutting, note=self.note, now=self.now()
        )
        self.live = dict(self._answering)
        if gather is not None:
            self._gathered = await catalog.adopt(self.version, gather)
            self.live = await catalog.manifest(self.version)
        kept_out = await catalog.removals.standing()
        self._kept_out = {page: each for page, each in kept_out.items() if page not in let_in}
        self._checks = await catalog.checks.all()
        self.known = {each.url: each.page_id for each in self._checks.values() if each.page_id in self.live}
        if not usable:
            await self._rebuild()

    async def read(self, sources: Sequence[Source]) -> None:
        """Take all that the sources give. One of several that cannot be read is a failure among others."""
        counted = [await self._counted(source, alone=len(sources) == 1) for source in sources]
        if self.progress is not None:
            self.progress.expect(sum(counted) or None)
        self._expected = sum(counted)
        for source in sources:
            if source.name in self.report.failed:
                continue
            try:
                await self._read(source)
            except SourceError as error:
                if len(sources) == 1:
                    raise
                self._settle(source, "failed", source.name, str(error))

    async def finish(self, *, publish: bool) -> None:
        """What has changed becomes a version; what was looked at is remembered."""
        await self._flush()
        report, catalog = self.report, self.index.catalog
        if report.added or report.changed or report.removed or report.rebuilt:
            counts = await self._counts()
            if publish:
                await catalog.publish(self._building, now=self.now(), counts=counts)
                report.version = self._building
            else:
                await catalog.finish(self._building, counts=counts)
                report.candidate = self._building
        else:
            await self.give_up()
        await self._note_looks(publish=publish)
        for name in self._read_whole:
            await catalog.checks.note_source(name, now=self.now())

    async def give_up(self) -> None:
        """Discard what was built; where even that fails, the next writer does it.

        What is published already stays, and so does the reason for giving up.
        """
        if self.version is not None:
            with suppress(StorageFailed, NotPublishable):
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

    async def _counted(self, source: Source, *, alone: bool) -> int:
        try:
            return await source.count() or 0
        except SourceError as error:
            if alone:
                raise
            self._settle(source, "failed", source.name, str(error))
            return 0

    async def _read(self, source: Source) -> None:
        self.by_source.setdefault(source.name, Report())
        async for fetched in source.fetch(self._validators()):
            outcome = await self._take(fetched, source)
            if self.progress is not None:
                self.progress.page(outcome, fetched.url)
        await self._flush()
        if source.complete:
            await self._remove_unlisted(source)
            if source.web:
                self._read_whole.append(source.name)

    def _settle(self, source: Source, outcome: str, url: str, reason: str = "") -> None:
        self.report.add(outcome, url, reason)
        self.by_source.setdefault(source.name, Report()).add(outcome, url, reason)

    async def _take(self, fetched: Fetched, source: Source) -> str:
        """Settle one fetched value; returns its outcome."""
        if isinstance(fetched, Page):
            if fetched.id in self._kept_out:
                fetched = Skipped(fetched.url, self._kept_out[fetched.id].said)
            else:
                fetched = await asyncio.to_thread(self._screened, fetched)
                self._given.add(fetched.id)
        planned = plan(fetched, self.live, self.known, self.index.policy)
        if planned.page_id is not None:
            self._seen.add(planned.page_id)
        self._note(fetched, planned, source)
        if isinstance(fetched, Page):
            if planned.outcome != "unchanged":
                await self._store(fetched)
        elif planned.outcome == "removed" and planned.page_id is not None:
            await self._remove([planned.page_id])
        self._settle(source, planned.outcome, fetched.url, getattr(fetched, "reason", ""))
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

    async def _note_looks(self, *, publish: bool) -> None:
        """What a page's next look needs.

        Where its text waits in a candidate, the one that answers is still the one that was confirmed before:
        only the time of the next look moves, and what conditional requests need waits with the text.
        """
        given = {} if publish else {page: self._answering.get(page) for page in self._given}
        noted, waiting = [], []
        for each in self._noted.values():
            if given.get(each.page_id) in (None, each.page_version):
                noted.append(each)
                continue
            waiting.append(each)
            if (before := self._checks.get(each.page_id)) is not None:
                noted.append(looked_at(before, each))
        await self.index.catalog.checks.note(noted)
        await self.index.catalog.checks.note_waiting(waiting)

    async def _counts(self) -> dict[str, int]:
        """Of the version as a whole: with what it has from the candidate that it gathers."""
        if not self._gathered:
            return self.report.counts
        built, before = await self.index.catalog.manifest(self._building), self._answering
        return self.report.counts | {
            "added": len(built.keys() - before.keys()),
            "removed": len(before.keys() - built.keys()),
            "changed": sum(1 for page in built.keys() & before.keys() if built[page] != before[page]),
        }

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

    async def _remove_unlisted(self, source: Source) -> None:
        """Pages that this source once gave and no longer lists stop answering."""
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
        await self._remove(lost)
        for each in sorted(lost):
            self._settle(source, "removed", self._checks[each].url, "no longer listed")

    async def _remove(self, page_ids: Collection[str]) -> None:
        await self.index.catalog.remove(self._building, page_ids)
        for each in page_ids:  # another source may still give it
            self.live.pop(each, None)

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
