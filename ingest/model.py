"""The values that flow through ingest: what a source yields and what the index stores.

Everything here is frozen. Offsets are Unicode code points into the text they name, end exclusive.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

Language = Literal["en", "mi"]


class Origin(StrEnum):
    """Where a page's text comes from, shown to everyone who is shown the page."""

    STARTER = "starter"
    """Written for this project: not official."""
    SOURCE = "source"
    """Read at its own address or handed in by an editor."""
    RECORD = "record"
    """A public record of the AI work programme."""


class FactStatus(StrEnum):
    """Whether a statement was read in an official source."""

    READ = "read"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement of a page and where it was read.

    `text` is a verbatim part of the page's text. `as_at` is the date for which the source gives a
    figure, `read` the date on which somebody read it there.
    """

    text: str
    status: FactStatus
    source: str | None = None
    read: date | None = None
    as_at: date | None = None


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional request needs (RFC 9110, section 13)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page as a source gives it: metadata and Markdown without its title heading."""

    url: str
    title: str
    text: str
    language: str = "en"
    agency: str | None = None
    topic: str | None = None
    last_updated: date | None = None
    origin: Origin = Origin.SOURCE
    audience: Literal["citizen", "public-service"] = "citizen"
    reviewed: bool = True
    """False for text in te reo Māori that no fluent speaker has reviewed."""
    facts: tuple[Fact, ...] = ()
    translation_of: str | None = None
    """The page (slug or address) that this one is a version of in another language."""
    slug: str | None = None
    validators: Validators = field(default_factory=Validators, compare=False)

    @property
    def id(self) -> str:
        """A page's name for life: its address and language, whatever its text says."""
        return page_id(self.url, self.language)

    @property
    def version(self) -> str:
        """Hash of all that answers can show of the page; changes when any of it does."""
        shown = [
            self.url, self.title, self.text, self.language, self.agency, self.topic,
            self.last_updated and self.last_updated.isoformat(), self.origin, self.audience,
            self.reviewed, self.translation_of, self.slug,
            [[f.text, f.status, f.source, str(f.read), str(f.as_at)] for f in self.facts],
        ]  # fmt: skip
        return digest(json.dumps(shown, ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The source says the page is as it was (304 Not Modified)."""

    url: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The source says the page is no more (404, 410, withdrawn, noindex): it must stop answering."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A page that is not for us, and why: `kind` says which rule of the policy speaks of it."""

    url: str
    reason: str
    kind: Literal["robots", "host", "not_a_page", "other"] = "other"


@dataclass(frozen=True, slots=True)
class Failed:
    """A page that could not be read this time; what is stored of it stays."""

    url: str
    reason: str


Fetched = Page | Unchanged | Gone | Skipped | Failed


class Source(Protocol):
    """A supply of pages.

    `fetch` yields one value a page, in no particular order, and raises `SourceError` only when the
    source as a whole cannot be read. `known` maps addresses to what a conditional request needs.
    `complete` says whether the source lists everything that it ever supplied, so that a page it no
    longer lists is gone. `web` says whether each page is read at its own address.
    """

    name: str
    complete: bool
    web: bool

    def fetch(self, known: Mapping[str, Validators]) -> AsyncIterator[Fetched]: ...

    async def count(self) -> int | None:
        """How many pages to expect, where that can be known beforehand."""
        ...


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a page that is searched and quoted as one: `text == page.text[start:end]`."""

    id: str
    page_id: str
    page_version: str
    ordinal: int
    heading_path: tuple[str, ...]
    start: int
    end: int
    text: str
    search_text: str
    """The text with its title and heading path before it, as embedded and searched."""

    @staticmethod
    def searchable(title: str, heading_path: tuple[str, ...], text: str) -> str:
        """What is embedded of a passage: measured to retrieve much better than the text alone."""
        return "\n".join((" > ".join((title, *heading_path)), text))


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as a version of the index holds it."""

    page: Page
    id: str
    version: str
    fetched_at: datetime
    passages: tuple[Passage, ...]


def page_id(url: str, language: str) -> str:
    """The identifier of the page at the canonical address `url` in `language`: 16 hexadecimal digits."""
    return digest(f"{url}\n{language}")[:16]


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
