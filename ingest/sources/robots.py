"""robots.txt as RFC 9309 has it: read once a host, obeyed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from protego import Protego

from ingest.errors import IngestError, NotFetched, OutOfReach
from ingest.sources.address import host_of, origin_of

if TYPE_CHECKING:
    from ingest.sources.download import Document, Downloader
    from ingest.sources.polite import Politeness


class Disallowed(IngestError):
    """robots.txt asks that the address be left out."""

    what_to_do = "Ask the site's owner to allow this crawler in robots.txt, or leave the address out."


class Robots:
    """What each host's robots.txt says to `user_agent`, and how long to pause between requests."""

    def __init__(
        self, downloader: Downloader, politeness: Politeness, *, user_agent: str, longest_delay: float
    ) -> None:
        self._downloader = downloader
        self._politeness = politeness
        self._product = user_agent.partition("/")[0].strip()
        self._longest_delay = longest_delay
        self._known: dict[str, Protego | NotFetched] = {}
        self._reading = asyncio.Lock()

    async def allow(self, url: str) -> None:
        """Raises Disallowed, or NotFetched where the host's robots.txt cannot be read."""
        rules = await self._rules(origin_of(url))
        if not rules.can_fetch(url, self._product):
            raise Disallowed("robots.txt does not allow it")
        if (rules.crawl_delay(self._product) or 0) > self._longest_delay:
            raise Disallowed(f"robots.txt asks for over {self._longest_delay:g} seconds between requests")

    async def allow_sitemap(self, url: str) -> None:
        """As `allow`, but a sitemap that robots.txt itself names may be read."""
        rules = await self._rules(origin_of(url))
        if url not in rules.sitemaps:
            await self.allow(url)

    async def _rules(self, origin: str) -> Protego:
        async with self._reading:
            if origin not in self._known:
                self._known[origin] = await self._read(origin)
        found = self._known[origin]
        if isinstance(found, NotFetched):
            raise NotFetched(str(found))
        return found

    async def _read(self, origin: str) -> Protego | NotFetched:
        try:
            document = await self._downloader.get(f"{origin}robots.txt")
        except (NotFetched, OutOfReach) as error:
            # RFC 9309, 2.3.1.4: what cannot be read for now is taken to forbid everything.
            return NotFetched(f"robots.txt could not be read: {error}")
        rules = Protego.parse(_text(document))
        delay = rules.crawl_delay(self._product)
        if delay and delay <= self._longest_delay:
            self._politeness.slow_down(host_of(origin), float(delay))
        return rules


def _text(document: Document) -> str:
    """RFC 9309, 2.3.1.3: a robots.txt that is not there forbids nothing."""
    return document.body.decode("utf-8", "replace") if document.status == 200 else ""
