"""Keep pages as their sources have them: look again at what is due, and only at that.

A page comes due after its own interval, which grows while it stays the same and shrinks when it changes
(after Cho and Garcia-Molina, Effective Page Refresh Policies for Web Crawlers, 2003), or when its sitemap
dates it later than the last look. A sitemap is also read for new pages. A page that its sitemap no longer
lists is looked at: what is gone there stops answering.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from ingest.errors import BadAddress, SourceError
from ingest.report import Report
from ingest.sources.address import canonical
from ingest.sync import sync_all

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import date

    from ingest.checks import Check
    from ingest.index import Index
    from ingest.model import Source
    from ingest.report import Progress
    from ingest.sources.crawl import Choose
    from ingest.sources.listing import Reading


class OpenWeb(Protocol):
    """Opens web sources: a sitemap with what to read of it, or page addresses."""

    def __call__(self, start: str | Sequence[str], *, name: str, choose: Choose | None = None) -> Source: ...


NOTE = "refresh"
"""What a version says of itself that a look at due pages has made."""


@dataclass(slots=True)
class Refreshed:
    """What came of it, all together and by source; the reason of each source that could not be read."""

    report: Report = field(default_factory=Report)
    reports: dict[str, Report] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


async def refresh(
    index: Index,
    open_web: OpenWeb,
    *,
    now: Callable[[], datetime],
    progress: Progress | None = None,
    everything: bool = False,
    gather: int | None = None,
) -> Refreshed:
    """Look at all web pages that are due; what has changed at their sources becomes one candidate.

    With `everything` all pages count as due. `gather` is a candidate of an earlier look, which the new one
    takes over. The caller holds the writer's lock. A source that cannot be read is named and the others go
    on; raises what the embedder and the stores raise.
    """
    sources = [source async for source in _due_sources(index, open_web, now(), everything=everything)]
    if not sources:
        return Refreshed()
    try:
        report, by_source = await sync_all(
            sources, index, now=now, note=NOTE, progress=progress, gather=gather
        )
    except SourceError as error:
        return Refreshed(failed={sources[0].name: str(error)})
    done = Refreshed(report)
    for name, each in by_source.items():
        if name in each.failed:
            done.failed[name] = each.failed[name]
            continue
        done.reports[name] = each
        if _is_sitemap(name):
            await index.catalog.checks.note_source(name, now=now())
    return done


async def _due_sources(
    index: Index, open_web: OpenWeb, now: datetime, *, everything: bool
) -> AsyncIterator[Source]:
    for name, pages in (await _by_source(index)).items():
        due = _Due(pages, now, index, everything=everything)
        sitemap = _is_sitemap(name)
        if due.addresses() or (sitemap and await due.sitemap_is(name)):
            start = name if sitemap else due.addresses()
            yield open_web(start, name=name, choose=due.choose if sitemap else None)


def _is_sitemap(name: str) -> bool:
    from ingest.sources.sitemap import is_sitemap_address  # parses pages; answering does without

    return is_sitemap_address(name) and name.startswith(("http://", "https://"))


async def next_due(index: Index) -> datetime | None:
    """When the next web page comes due."""
    pages = chain.from_iterable((await _by_source(index)).values())
    return min((each.next_check_at for each in pages if each.next_check_at), default=None)


async def _by_source(index: Index) -> dict[str, list[Check]]:
    """The live pages that are read on the web, by source."""
    live = await index.catalog.live()
    held = await index.catalog.manifest(live) if live is not None else {}
    found: dict[str, list[Check]] = {}
    for check in (await index.catalog.checks.all()).values():
        if check.web and check.page_id in held:
            found.setdefault(check.source, []).append(check)
    return dict(sorted(found.items()))


class _Due:
    """Which pages of one source are due."""

    def __init__(self, pages: Sequence[Check], now: datetime, index: Index, *, everything: bool) -> None:
        self._known = {each.url: each for each in pages}
        self._now = now
        self._index = index
        self._pause = timedelta(hours=index.policy.checks.shortest_hours)
        self._everything = everything

    def addresses(self) -> list[str]:
        """The pages whose time has come, the longest overdue first."""
        due = [each for each in self._known.values() if self._is_due(each)]
        return [
            each.url for each in sorted(due, key=lambda each: (each.next_check_at or self._now, each.url))
        ]

    async def sitemap_is(self, name: str) -> bool:
        """Whether it is time to read the sitemap again."""
        read_at = await self._index.catalog.checks.read_at(name)
        return self._everything or read_at is None or self._now - read_at >= self._pause

    def choose(self, reading: Reading) -> list[str]:
        """What to read: what is due, what is new or dated later than the last look, what is unlisted."""
        listed = {_canonical(address): reading.modified.get(address) for address in reading.pages}
        chosen = [address for address, dated in listed.items() if self._wanted(address, dated)]
        unlisted = [
            each.url
            for each in self._known.values()
            if each.url not in listed and (self._is_due(each) or self._now - each.checked_at >= self._pause)
        ]
        return [*self.addresses(), *chosen, *(unlisted if reading.whole else [])]

    def _wanted(self, address: str, dated: date | None) -> bool:
        known = self._known.get(address)
        if known is None:
            return True
        return dated is not None and datetime.combine(dated, time(), UTC) > known.checked_at

    def _is_due(self, check: Check) -> bool:
        return self._everything or check.next_check_at is None or check.next_check_at <= self._now


def _canonical(address: str) -> str:
    try:
        return canonical(address)
    except BadAddress:
        return address
