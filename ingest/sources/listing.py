"""All pages that a sitemap lists, through the sitemaps that it lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.errors import IngestError, SourceError
from ingest.model import Failed
from ingest.sources.address import canonical
from ingest.sources.sitemap import Listing, read_sitemap

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from ingest.sources.download import Limits
    from ingest.sources.visit import Visit

_DEPTH = 3
"""The protocol knows one level of indexes; sites have been seen with two."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Addresses of pages, and the sitemaps that could not be read; `whole` says that none is missing.

    `modified` tells when the site says that it last changed a page.
    """

    pages: tuple[str, ...]
    problems: tuple[Failed, ...] = ()
    whole: bool = True
    modified: Mapping[str, date] = field(default_factory=dict)


@dataclass(slots=True)
class _Found:
    pages: dict[str, None] = field(default_factory=dict)
    problems: list[Failed] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    modified: dict[str, date] = field(default_factory=dict)


async def pages_of(address: str, visit: Visit, limits: Limits) -> Reading:
    """Read the sitemap at `address` and those that it lists; raises SourceError where the first fails."""
    found = _Found(seen={address})
    try:
        top = await _listing(address, visit, limits)
    except SourceError:
        raise
    except IngestError as error:
        message = f"the sitemap {address} cannot be read: {error}"
        raise SourceError(message, what_to_do=error.what_to_do) from error
    await _follow(top, address, 1, found, visit, limits)
    pages = tuple(found.pages)[: limits.pages]
    whole = not found.problems and len(pages) == len(found.pages)
    return Reading(pages, tuple(found.problems), whole, found.modified)


async def _follow(top: Listing, base: str, depth: int, found: _Found, visit: Visit, limits: Limits) -> None:
    found.pages.update(dict.fromkeys(top.pages))
    found.modified.update(top.modified)
    for place in top.sitemaps:
        try:
            address = canonical(place, base=base)
            if address in found.seen or len(found.pages) > limits.pages:
                continue
            found.seen.add(address)
            if depth >= _DEPTH:
                raise SourceError("sitemaps list sitemaps too deeply")
            below = await _listing(address, visit, limits)
        except IngestError as error:
            found.problems.append(Failed(place, f"the sitemap cannot be read: {error}"))
            continue
        await _follow(below, address, depth + 1, found, visit, limits)


async def _listing(address: str, visit: Visit, limits: Limits) -> Listing:
    document = await visit.sitemap(address)
    if document.status != 200:
        raise SourceError(f"the sitemap {address} cannot be read: the server answered {document.status}")
    return read_sitemap(document.body, most=limits.list_bytes)
