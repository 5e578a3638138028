"""Public records as an ordinary source of pages: what changed is read again, what is hidden is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.programme.errors import UnknownRecord
from assistant.programme.overview import overview_page
from assistant.programme.page import PATH, address, page_of
from assistant.programme.records import PUBLIC
from ingest import Gone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from assistant.programme.records import Record
    from assistant.programme.register import Register
    from ingest import Fetched, Page, Validators

NAME = "programme"
REASON = "the record is no longer public"


class RecordSource:
    """The public records of `register` as pages at `site`; with `only`, those of (kind, slug) alone.

    What is no longer public is named as gone, so a run over a few records need not list the others.
    """

    name = NAME
    complete = False
    web = False

    def __init__(
        self, register: Register, site: str, *, only: Sequence[tuple[str, str]] | None = None
    ) -> None:
        self._register = register
        self._site = site
        self._only = None if only is None else list(dict.fromkeys(only))

    async def count(self) -> int | None:
        return None if self._only is None else len(self._only)

    async def fetch(self, known: Mapping[str, Validators]) -> AsyncIterator[Fetched]:
        """One page a public record, and one a kind that says what is next; what is hidden now is gone."""
        if self._only is not None:
            for name, slug in self._only:
                yield await self._one(name, slug)
            for name in dict.fromkeys(kind for kind, _ in self._only):
                if self._register.catalogue.kind(name).overview:
                    yield await self._overview(name)
            return
        listed = set()
        for kind in self._register.catalogue.kinds.values():
            if not kind.public:
                continue
            async for page in self._pages(kind.name):
                listed.add(page.url)
                yield page
        for url in known:
            if urlsplit(url).path.startswith(f"{PATH}/") and url not in listed and self._ours(url):
                yield Gone(url, REASON)

    def _ours(self, url: str) -> bool:
        """An address that this service gave; also at an earlier address of the site."""
        kind = urlsplit(url).path.removeprefix(f"{PATH}/").split("/")[0]
        return kind in self._register.catalogue.kinds

    async def _pages(self, kind: str) -> AsyncIterator[Fetched]:
        records = await self._register.all(kind, by=PUBLIC)
        for record in records:
            yield await self._page(record)
        if records and self._register.catalogue.kind(kind).overview:
            yield await self._overview(kind)

    async def _one(self, kind: str, slug: str) -> Fetched:
        try:
            return await self._page(await self._register.read(kind, slug))
        except UnknownRecord:
            return Gone(address(self._site, kind, slug), REASON)

    async def _overview(self, kind: str) -> Fetched:
        register = self._register
        records = await register.all(kind, by=PUBLIC)
        known = register.catalogue.kind(kind)
        if not records:
            return Gone(address(self._site, kind), "there are no public records of this kind")
        return overview_page(known, records, register.catalogue, self._site, register.now())

    async def _page(self, record: Record) -> Page:
        return page_of(record, self._register.catalogue, self._site, await self._register.titles(record))
