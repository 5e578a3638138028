"""Pages read at their own addresses: one, several, or all that a sitemap lists."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from ingest.errors import BadAddress, OutOfReach, SourceError
from ingest.model import Failed, Fetched
from ingest.sources.address import canonical
from ingest.sources.download import Downloader, Limits
from ingest.sources.listing import Reading, pages_of
from ingest.sources.polite import Politeness, Sleep
from ingest.sources.reach import Reach, guarded_client
from ingest.sources.robots import Robots
from ingest.sources.sitemap import is_sitemap, is_sitemap_address
from ingest.sources.visit import USER_AGENT, Visit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    import httpx

    from ingest.model import Validators


class WebSource:
    """A supply of pages on the web: a page address, a sitemap's address, or a list of page addresses.

    robots.txt and crawl delays are obeyed, requests are conditional where `known` allows it, faults
    are retried. `client` makes the HTTP client; the default one guards what it connects to
    (`ingest.sources.reach`). `complete` is true for a sitemap, and false from the moment on at which
    a part of it could not be read: read it after `fetch` has ended.
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
    ) -> None:
        self._starts = [start] if isinstance(start, str) else list(start)
        self._reach = reach or Reach()
        self._limits = limits or Limits()
        self._user_agent = user_agent
        self._client = client or (lambda: guarded_client(self._reach, user_agent=user_agent))
        self._sleep = sleep
        self._listed: Reading | None = None
        self.name = start if isinstance(start, str) else f"{len(self._starts)} addresses"
        self.complete = self._is_sitemap

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
                    return
                listed = await self._sitemap(visit)
            else:
                listed = Reading(tuple(self._starts))
            self.complete = self.complete and listed.whole
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
        self.complete = listed.whole
        return listed

    async def _all(self, visit: Visit, addresses: Sequence[str]) -> AsyncIterator[Fetched]:
        waiting = iter(_distinct(addresses))
        running: set[asyncio.Task[tuple[Fetched, ...]]] = set()
        try:
            while True:
                while len(running) < self._limits.at_once and (url := next(waiting, None)) is not None:
                    running.add(asyncio.create_task(visit.page(url)))
                if not running:
                    return
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    for outcome in task.result():
                        yield outcome
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

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
