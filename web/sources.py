"""Sources by name, as the command line, the API and the console name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest import Origin
from ingest.sources import FolderSource, Reach, WebSource, open_source
from ingest.starter import FOLDER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from ingest import Check, Fetched, Page, Source, Validators
    from web.settings import Settings

STARTER = "starter"
HANDED_IN = "handed in"
"""The source of pages that an editor or a CMS gave whole: there is nowhere to read them again."""


def open_named(spec: str, settings: Settings) -> Source:
    """The source of that name; raises `SourceError`."""
    if spec == STARTER:
        starter = FolderSource(FOLDER, origin=Origin.STARTER)
        starter.name = STARTER
        return starter
    return open_source(spec, allowed_hosts=settings.hosts, allow_private=settings.allow_private_addresses)


def open_pages(checks: Sequence[Check], settings: Settings) -> Source:
    """Some pages, each from where it came last; raises `SourceError`.

    A page that is read on the web is read at its own address, whatever listed it.
    """
    by_source: dict[tuple[str, bool], list[str]] = {}
    for check in checks:
        by_source.setdefault((check.source, check.web), []).append(check.url)
    parts: list[Source] = [
        read_at(urls, settings, name=name) if web else Only(open_named(name, settings), urls)
        for (name, web), urls in by_source.items()
    ]
    return Several(parts)


def read_at(urls: Sequence[str], settings: Settings, *, name: str) -> Source:
    """The pages at web addresses, under the name of the source that they are known by."""
    for url in urls:
        open_named(url, settings)  # raises for an address that may not be read
    source = WebSource(list(urls), reach=Reach(settings.hosts, settings.allow_private_addresses))
    source.name, source.complete = name, False
    return source


class Only:
    """Of a source, the pages at some addresses; an address that it no longer has is not said to be gone."""

    web = False
    complete = False

    def __init__(self, source: Source, urls: Sequence[str]) -> None:
        self._source, self._urls, self.name = source, frozenset(urls), source.name

    async def count(self) -> int | None:
        """As many as were asked for."""
        return len(self._urls)

    async def fetch(self, known: Mapping[str, Validators]) -> AsyncIterator[Fetched]:
        """Those of the source's pages that were asked for."""
        async for fetched in self._source.fetch(known):
            if fetched.url in self._urls:
                yield fetched


class Several:
    """Several sources one after the other; each page is known by the source that gave it."""

    complete = False

    def __init__(self, parts: Sequence[Source]) -> None:
        self._parts = parts
        self.name = parts[0].name if parts else ""
        self.web = parts[0].web if parts else False

    async def count(self) -> int | None:
        """All together, where each can tell."""
        counts = [await part.count() for part in self._parts]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    async def fetch(self, known: Mapping[str, Validators]) -> AsyncIterator[Fetched]:
        """The pages of the parts, in turn."""
        for part in self._parts:
            self.name, self.web = part.name, part.web
            async for fetched in part.fetch(known):
                yield fetched


class HandedIn:
    """Pages that somebody gave whole."""

    name = HANDED_IN
    web = False
    complete = False

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = pages

    async def count(self) -> int | None:
        """As many as were given."""
        return len(self._pages)

    async def fetch(self, known: Mapping[str, Validators]) -> AsyncIterator[Fetched]:
        """The pages."""
        for page in self._pages:
            yield page
