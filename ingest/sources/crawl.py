"""Pages read at their own addresses: one, several, or all that a sitemap lists."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.errors import BadAddress, OutOfReach, SourceError
from ingest.model import Failed, Fetched, Page
from ingest.sources.address import canonical
from ingest.sources.download import Downloader, Limits
from ingest.sources.links import linked_documents
from ingest.sources.listing import Reading, pages_of
from ingest.sources.polite import Politeness, Sleep
from ingest.sources.reach import Reach, guarded_client
from ingest.sources.robots import Robots
from ingest.sources.sitemap import is_sitemap, is_sitemap_address
from ingest.sources.visit import USER_AGENT, Visit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    import httpx

    from ingest.model import Validators


Choose = Callable[[Reading], Sequence[str]]
"""Which pages of a sitemap to read, of those that it lists and others."""


class WebSource:
    """A supply of pages on the web: a page address, a sitemap's address, or a list of page addresses.

    robots.txt and crawl delays are obeyed, requests are conditional where `known` allows it, faults
    are retried. `client` makes the HTTP client; the default one guards what it connects to
    (`ingest.sources.reach`). `complete` is true for a sitemap, and false from the moment on at which
    a part of it could not be read: read it after `fetch` has ended. Documents that pages link to on
    allowed hosts are read too. With `choose` not all that a sitemap lists is read.
    """

    web = True

    def __init__(
        self,
        start: str | Sequence[str],
        *,
        reach: Reach | None = None,
        limits: Limits | None = None,
        client: Callable[[], httpx.AsyncClient] | None = None,
        user_agent: str = USER_AGENT,
        sleep: Sleep = asyncio.sleep,
        name: str | None = None,
        choose: Choose | None = None,
    ) -> None:
        self._starts = [start] if isinstance(start, str) else list(start)
        self._reach = reach or Reach()
        self._limits = limits or Limits()
        self._user_agent = user_agent
        self._client = client or (lambda: guarded_client(self._reach, user_agent=user_agent))
        self._sleep = sleep
        self._listed: Reading | None = None
        self._choose = choose
        self.name = name or (start if isinstance(start, str) else f"{len(self._starts)} addresses")
        self.complete = self._is_sitemap and choose is None

    @property
    def _is_sitemap(self) -> bool:
        return len(self._starts) == 1 and is_sitemap_address(self._starts[0])

    async def count(self) -> int | None:
        """How many pages are listed. Reads the sitemap, which the next `fetch` then uses."""
        if self._is_sitemap:
            async with self._visit({}) as visit:
                self._listed = await self._sitemap(visit)
            return len(self._listed.pages)
        return len(self._starts)

    async def fetch(self, known: Mapping[str, Validators]) -> AsyncIterator[Fetched]:
        """Read every listed page; raises SourceError where the sitemap cannot be read."""
        async with self._visit(known) as visit:
            if self._is_sitemap:
                listed = self._listed or await self._sitemap(visit)
                self._listed = None
            elif len(self._starts) == 1:
                outcomes, body = await visit.start(self._starts[0])
                if body is None or not is_sitemap(body):
                    for outcome in outcomes:
                        yield outcome
                        async for linked in self._all(visit, self._linked(outcome, {})):
                            yield linked
                    return
                listed = await self._sitemap(visit)
            else:
                listed = Reading(tuple(self._starts))
            self.complete = self.complete and listed.whole
            if self._choose is not None:
                listed = replace(listed, pages=tuple(self._choose(listed)))
            for problem in listed.problems:
                yield problem
            async for outcome in self._all(visit, listed.pages):
                if isinstance(outcome, Failed) and outcome.url not in known:
                    # It may stand for a stored page under another address, which must not count as gone.
                    self.complete = False
                yield outcome

    async def _sitemap(self, visit: Visit) -> Reading:
        try:
            address = canonical(self._starts[0])
            self._reach.check(address)
            listed = await pages_of(address, visit, self._limits)
        except (BadAddress, OutOfReach) as error:
            raise SourceError(str(error), what_to_do=error.what_to_do) from error
        self.complete = listed.whole and self._choose is None
        return listed

    async def _all(self, visit: Visit, addresses: Sequence[str]) -> AsyncIterator[Fetched]:
        """All pages at `addresses`, and the documents that they link to."""
        waiting = deque(seen := _distinct(addresses))
        followed = 0
        running: set[asyncio.Task[tuple[Fetched, ...]]] = set()
        try:
            while True:
                while len(running) < self._limits.at_once and waiting:
                    running.add(asyncio.create_task(visit.page(waiting.popleft())))
                if not running:
                    return
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    for outcome in task.result():
                        yield outcome
                        linked = [] if followed >= self._limits.documents else self._linked(outcome, seen)
                        waiting.extend(linked)
                        seen.update(dict.fromkeys(linked))
                        followed += len(linked)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _linked(self, outcome: Fetched, seen: Mapping[str, None]) -> list[str]:
        """Documents on allowed hosts to which a page links and that were not met before."""
        if not isinstance(outcome, Page):
            return []
        return [each for each in linked_documents(outcome.text) if each not in seen and self._may(each)]

    def _may(self, address: str) -> bool:
        try:
            self._reach.check(address)
        except OutOfReach:
            return False
        return True

    @asynccontextmanager
    async def _visit(self, known: Mapping[str, Validators]) -> AsyncIterator[Visit]:
        async with self._client() as client:
            politeness = Politeness(self._limits.per_host, sleep=self._sleep)
            downloader = Downloader(client, self._reach, self._limits, politeness, sleep=self._sleep)
            robots = Robots(
                downloader, politeness, user_agent=self._user_agent, longest_delay=self._limits.longest_delay
            )
            yield Visit(downloader, robots, known)


def _distinct(addresses: Sequence[str]) -> dict[str, None]:
    """The addresses once each, in their order; what is no address stays as it is, to be reported."""
    return dict.fromkeys(_or_itself(address) for address in addresses)


def _or_itself(address: str) -> str:
    try:
        return canonical(address)
    except BadAddress:
        return address
