"""A source of pages becomes a published version of the index.

The next version is built beside the live one and published by moving one pointer; until then, and
whatever happens meanwhile, the live version answers as before.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from guardrails import screen_page
from ingest.errors import SourceError
from ingest.model import Failed, Gone, Page, Skipped, StoredPage, Unchanged, Validators, page_id
from ingest.passages import CHUNKER, passages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ingest.index import Index
    from ingest.model import Fetched, Source

BATCH_PAGES = 50
"""Pages embedded and stored together: what a crash can cost at the most."""

UNIT_PAGES = 1_000
"""Pages up to which a version holds a vector for each unit; in larger ones they are made when needed."""

LARGEST_LOSS = 0.5
"""Share of a source's pages that one run may remove for no longer being listed."""


class Progress(Protocol):
    """Told of each page as it is settled, and of how many to expect where that is known."""

    def expect(self, pages: int | None) -> None: ...
    def page(self, outcome: str, url: str) -> None: ...


@dataclass(slots=True)
class Report:
    """What a run did: addresses by outcome, the reason of each that was not taken, the version published."""

    version: int | None = None
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    flagged: dict[str, str] = field(default_factory=dict)
    """Pages whose text tried to give orders or hid something, by what was taken out of them."""
    embedded: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many of each outcome."""
        names = ("added", "changed", "unchanged", "removed", "skipped", "failed")
        return {name: len(getattr(self, name)) for name in names} | {"embedded": self.embedded}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a fetched page means for the version that is live: one of the outcomes of `Report`."""

    outcome: str
    page_id: str | None = None


def plan(fetched: Fetched, live: Mapping[str, str], known: Mapping[str, str]) -> Plan:
    """Compare what a source gave with `live` (page versions by id); `known` maps addresses to ids."""
    if isinstance(fetched, Page):
        if fetched.id not in live:
            return Plan("added", fetched.id)
        return Plan("unchanged" if live[fetched.id] == fetched.version else "changed", fetched.id)
    identifier = known.get(fetched.url)
    if isinstance(fetched, Gone):
        return Plan("removed", identifier) if identifier in live else Plan("skipped")
    if isinstance(fetched, Unchanged):
        return Plan("unchanged", identifier)
    return Plan("skipped" if isinstance(fetched, Skipped) else "failed", identifier)


async def sync(
    source: Source,
    index: Index,
    *,
    now: Callable[[], datetime],
    progress: Progress | None = None,
    note: str = "",
) -> Report:
    """Read `source` and publish what it changes; without changes nothing is published.

    The caller holds the writer's lock. Raises `SourceError` when the source cannot be read at all, and
    what the embedder and the vector store raise; the live version stays in each case.
    """
    run = _Run(index, source, note or source.name, now)
    await run.begin()
    try:
        expected = await source.count()
        run.expect(expected or 0)
        if progress is not None:
            progress.expect(expected)
        async for fetched in source.fetch(run.validators):
            outcome = await run.take(fetched)
            if progress is not None:
                progress.page(outcome, fetched.url)
        await run.finish()
    except BaseException:
        await run.give_up()
        raise
    return run.report


class _Run:
    """One run's state: the version being built and what is waiting to be embedded."""

    def __init__(self, index: Index, source: Source, note: str, now: Callable[[], datetime]) -> None:
        self.index, self.source, self.note, self.now = index, source, note, now
        self.report = Report()
        self.version = 0
        self.live: dict[str, str] = {}
        self.known: dict[str, str] = {}
        self.validators: dict[str, Validators] = {}
        self._waiting: list[StoredPage] = []
        self._checked: dict[str, tuple[str, Validators]] = {}
        self._seen: set[str] = set()
        self._expected = 0

    def expect(self, pages: int) -> None:
        """How many pages the source says it has; 0 where it cannot tell."""
        self._expected = pages

    async def begin(self) -> None:
        catalog = self.index.catalog
        parent = await catalog.live()
        usable = parent is not None and (await catalog.version(parent)).embedder == self.index.embedder.name
        if parent is not None:
            self.live = await catalog.manifest(parent)
        for identifier, (url, validators) in (await catalog.checks()).items():
            if identifier in self.live:
                self.known[url] = identifier
                self.validators[url] = validators
        self.version = await catalog.begin(
            parent=parent, embedder=self.index.embedder.name, chunker=CHUNKER, note=self.note, now=self.now()
        )
        if parent is not None and not usable:
            await self._embed_anew()

    async def take(self, fetched: Fetched) -> str:
        """Settle one fetched value; returns its outcome."""
        if isinstance(fetched, Page):
            fetched = self._screened(fetched)
        planned = plan(fetched, self.live, self.known)
        if planned.page_id is not None:
            self._seen.add(planned.page_id)
        if isinstance(fetched, Page):
            self._checked[fetched.id] = (fetched.url, fetched.validators)
            if planned.outcome != "unchanged":
                await self._store(fetched)
        elif planned.outcome == "removed" and planned.page_id is not None:
            await self.index.catalog.remove(self.version, [planned.page_id])
            await self.index.catalog.forget_checks([planned.page_id])
        if isinstance(fetched, Skipped | Failed | Gone) and planned.outcome != "removed":
            getattr(self.report, planned.outcome)[fetched.url] = fetched.reason
        else:
            getattr(self.report, planned.outcome).append(fetched.url)
        return planned.outcome

    def _screened(self, page: Page) -> Page:
        """Passages are data: text that speaks to a machine never becomes one, and the editor is told."""
        screening = screen_page(page.text)
        if not screening.findings:
            return page
        self.report.flagged[page.url] = ", ".join(sorted({finding.type for finding in screening.findings}))
        facts = tuple(fact for fact in page.facts if fact.text in screening.text)
        return replace(page, text=screening.text, facts=facts)

    async def finish(self) -> None:
        await self._flush()
        await self._remove_unlisted()
        await self.index.catalog.note_checks(self.source.name, self._checked, now=self.now())
        report = self.report
        if not (report.added or report.changed or report.removed or report.embedded):
            await self.give_up()
            return
        await self.index.catalog.publish(self.version, counts=report.counts, now=self.now())
        report.version = self.version

    async def give_up(self) -> None:
        await self.index.catalog.discard(self.version)

    async def _store(self, page: Page) -> None:
        cut = passages(page, self.index.embedder.count)
        self._waiting.append(StoredPage(page, page.id, page.version, self.now(), cut))
        if len(self._waiting) >= BATCH_PAGES:
            await self._flush()

    async def _flush(self) -> None:
        """Vectors first, then rows: no stored passage is ever without its vector."""
        size = max(self._expected, len(self.live) + len(self.report.added))
        self.report.embedded += await self.index.embed_pages(self._waiting, units=size <= UNIT_PAGES)
        for stored in self._waiting:
            await self.index.catalog.put(self.version, stored.page, stored.passages, now=stored.fetched_at)
        self._waiting = []

    async def _remove_unlisted(self) -> None:
        """Pages that this source once gave and no longer lists stop answering."""
        if not self.source.complete:
            return
        own = set(await self.index.catalog.checks(self.source.name)) & set(self.live)
        lost = own - self._seen
        if not lost:
            return
        if len(lost) > LARGEST_LOSS * len(own):
            message = f"{self.source.name} lists {len(own) - len(lost)} of the {len(own)} pages that it had"
            hint = "Check the source. `govt-assistant index remove` removes pages all the same."
            raise SourceError(message, what_to_do=hint)
        urls = {identifier: url for url, identifier in self.known.items()}
        await self.index.catalog.remove(self.version, lost)
        await self.index.catalog.forget_checks(lost)
        self.report.removed.extend(urls.get(each, each) for each in sorted(lost))

    async def _embed_anew(self) -> None:
        """After a change of the embedding model every page gets vectors of the new one."""
        held = list(self.live.values())
        for at in range(0, len(held), BATCH_PAGES):
            stored = await self.index.catalog.pages(held[at : at + BATCH_PAGES])
            small = len(held) <= UNIT_PAGES
            self.report.embedded += await self.index.embed_pages(stored, units=small)


async def remove(
    urls: list[str], index: Index, *, languages: tuple[str, ...], now: Callable[[], datetime]
) -> Report:
    """Publish a version without the pages at `urls`; addresses that are not there are reported as skipped."""
    parent = await index.catalog.live()
    live = await index.catalog.manifest(parent) if parent is not None else {}
    report = Report()
    found = []
    for url in urls:
        ids = [each for language in languages if (each := page_id(url, language)) in live]
        if ids:
            found += ids
            report.removed.append(url)
        else:
            report.skipped[url] = "not in the live version"
    if found:
        version = await index.catalog.begin(
            parent=parent, embedder=index.embedder.name, chunker=CHUNKER, note="remove pages", now=now()
        )
        await index.catalog.remove(version, found)
        await index.catalog.forget_checks(found)
        await index.catalog.publish(version, counts=report.counts, now=now())
        report.version = version
    return report
