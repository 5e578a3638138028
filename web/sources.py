"""Sources by name, as the command line, the API and the console name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.programme import RecordSource
from ingest import Origin, sources
from ingest.errors import SourceError
from ingest.starter import FOLDER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

    from ingest import Check, Fetched, Page, Source, Validators
    from web.settings import Settings

STARTER = "starter"
HANDED_IN = "handed in"
"""The source of pages that an editor or a CMS gave whole: there is nowhere to read them again."""

NO_SOURCES = (HANDED_IN, RecordSource.name)
"""Sources that nothing can be read from again."""


def open_named(spec: str, settings: Settings) -> Source:
    """The source of that name; raises `SourceError`."""
    if spec == STARTER:
        starter = sources.FolderSource(FOLDER, origin=Origin.STARTER)
        starter.name = STARTER
        return starter
    return sources.open_source(
        spec, allowed_hosts=settings.hosts, allow_private=settings.allow_private_addresses
    )


def open_address(url: str, settings: Settings) -> Source:
    """What is at a web address; raises `SourceError`.

    For names that come over HTTP: nobody there may have files of this machine read.
    """
    if not url.lower().startswith(("http://", "https://")):
        raise SourceError(
            f"{url!r} is not a web address",
            what_to_do="Give the address of a page or a sitemap. Whoever looks after the server reads a "
            "folder or a file with `govt-assistant ingest`; after that it can be read again from here.",
        )
    return open_named(url, settings)


def open_pages(checks: Iterable[Check], settings: Settings) -> list[Source]:
    """Some pages, each from where it came last; raises `SourceError`.

    A page that is read on the web is read at its own address, whatever listed it.
    """
    by_source: dict[tuple[str, bool], list[str]] = {}
    for check in checks:
        by_source.setdefault((check.source, check.web), []).append(check.url)
    return [
        read_at(urls, settings, name=name) if web else Only(open_named(name, settings), urls)
        for (name, web), urls in by_source.items()
    ]


def open_all(checks: Iterable[Check], settings: Settings) -> tuple[list[Source], dict[str, str]]:
    """Every source that the pages came from, as a whole; and why some cannot be opened again.

    Pages of a list of addresses are read at their own addresses. What was handed in, or is a record of this
    service, has no source to be read again.
    """
    by_source: dict[tuple[str, bool], list[str]] = {}
    for check in checks:
        if check.source not in NO_SOURCES:
            by_source.setdefault((check.source, check.web), []).append(check.url)
    opened: list[Source] = []
    closed: dict[str, str] = {}
    for (name, web), urls in sorted(by_source.items()):
        try:
            listed = web and "://" not in name
            opened.append(read_at(urls, settings, name=name) if listed else open_named(name, settings))
        except SourceError as error:
            closed[name] = f"{error}. {error.what_to_do}"
    return opened, closed


def read_at(urls: Sequence[str], settings: Settings, *, name: str) -> Source:
    """The pages at web addresses, under the name of the source that they are known by."""
    for url in urls:
        open_address(url, settings)  # raises for an address that may not be read
    source = sources.WebSource(
        list(urls), reach=sources.Reach(settings.hosts, settings.allow_private_addresses)
    )
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
