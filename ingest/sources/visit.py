"""One run through a web source: what each address leads to."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import anyio

from ingest.errors import BadAddress, HostNotAllowed, IngestError, NotAPage, Withdrawn
from ingest.model import Failed, Fetched, Gone, Page, Skipped, Unchanged, Validators
from ingest.sources.address import canonical
from ingest.sources.documents import DOCUMENT_TYPES, document_page, is_document_address
from ingest.sources.html import HTML_TYPES, extract
from ingest.sources.robots import Disallowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.sources.download import Document, Downloader
    from ingest.sources.robots import Robots

USER_AGENT = "govt-assistant/0.1 (reads public pages of the New Zealand Government to quote them)"

_GONE = {404: "not found (404)", 410: "gone (410)", 451: "unavailable for legal reasons (451)"}
_OK, _NOT_MODIFIED = 200, 304
_NOINDEX = re.compile(r"(?:^|,)\s*(?:noindex|none)\b", re.IGNORECASE)


class Visit:
    """Reads pages, each once: a page reached by two addresses is one page."""

    def __init__(self, downloader: Downloader, robots: Robots, known: Mapping[str, Validators]) -> None:
        self._downloader = downloader
        self._robots = robots
        self._known = known
        self._seen: dict[tuple[str, str], str] = {}

    async def page(self, url: str) -> tuple[Fetched, ...]:
        """What became of the page at `url`; two values where it moved away from a known address."""
        outcomes, _ = await self.start(url)
        return outcomes

    async def start(self, url: str) -> tuple[tuple[Fetched, ...], bytes | None]:
        """As `page`, and the document's bytes, for an address that may turn out to be a sitemap's."""
        try:
            here = canonical(url)
            document = await self._downloader.get(here, allow=self._robots.allow, headers=self._conditions)
        except Disallowed as error:
            return (Skipped(url, str(error), "robots"),), None
        except (HostNotAllowed, BadAddress) as error:
            return (Skipped(url, str(error), "host"),), None
        except IngestError as error:
            return (Failed(url, str(error)),), None
        outcome = await self._outcome(document)
        return self._settled(here, document, outcome), document.body

    async def sitemap(self, url: str) -> Document:
        """The sitemap at `url`; raises IngestError where it cannot be read."""
        return await self._downloader.get(url, allow=self._robots.allow_sitemap)

    def _conditions(self, url: str) -> dict[str, str]:
        stored = self._known.get(url, Validators())
        stated = {"If-None-Match": stored.etag, "If-Modified-Since": stored.last_modified}
        return {name: value for name, value in stated.items() if value}

    def _settled(self, asked: str, document: Document, outcome: Fetched) -> tuple[Fetched, ...]:
        """The outcome, said once, and what it means for the address asked for."""
        if isinstance(outcome, Page):
            first = self._seen.setdefault((outcome.url, outcome.language), asked)
            if first != asked:
                return self._left(asked, document, outcome) or (
                    () if asked == outcome.url else (Skipped(asked, f"the same page as {first}"),)
                )
        return (outcome, *self._left(asked, document, outcome))

    def _left(self, asked: str, document: Document, outcome: Fetched) -> tuple[Fetched, ...]:
        """What becomes of a known page at whose address there is now another, or nothing."""
        if asked == outcome.url or asked not in self._known:
            return ()
        if isinstance(outcome, Gone):
            return (Gone(asked, outcome.reason),)
        if isinstance(outcome, Failed) or (document.hops and not document.moved):
            return (Failed(asked, f"it leads for now to {outcome.url}"),)
        return (Gone(asked, f"it has moved to {outcome.url}"),)

    async def _outcome(self, document: Document) -> Fetched:
        if (ending := self._ended(document)) is not None:
            return ending
        try:
            page = await self._page(document)
        except Withdrawn as error:
            return Gone(document.url, str(error))
        except NotAPage as error:
            return Skipped(document.url, str(error), "not_a_page")
        validators = Validators(document.headers.get("etag"), document.headers.get("last-modified"))
        return replace(page, validators=validators)

    async def _page(self, document: Document) -> Page:
        """Raises NotAPage, Withdrawn."""
        url, kind = document.url, document.media_type
        if kind in DOCUMENT_TYPES or (is_document_address(url) and kind not in HTML_TYPES):
            return await document_page(document.body, url)
        if kind and kind not in HTML_TYPES:
            raise NotAPage(f"it is {kind}, not HTML")
        return await anyio.to_thread.run_sync(
            lambda: extract(document.body, url=url, content_type=document.content_type)
        )

    def _ended(self, document: Document) -> Fetched | None:
        """What became of a document that has no text for us."""
        url, status = document.url, document.status
        if status in _GONE:
            return Gone(url, _GONE[status])
        if _NOINDEX.search(document.headers.get("x-robots-tag", "")):
            return Gone(url, "the page asks not to be indexed (noindex)")
        if status == _NOT_MODIFIED and url in self._known:
            return Unchanged(url)
        if status != _OK:
            return Failed(url, f"the server answered {status}")
        return None
