"""Sitemaps and sitemap indexes (sitemaps.org protocol 0.9), plain or gzipped."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree import ElementTree

from ingest.errors import SourceError
from ingest.sources.metadata import parse_date

if TYPE_CHECKING:
    from collections.abc import Mapping

_PATH = re.compile(r"(?:^|/)[^/]*sitemap[^/]*\.xml(?:\.gz)?$|\.xml\.gz$", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")
_GZIP = b"\x1f\x8b"
_SNIFF = 4096


@dataclass(frozen=True, slots=True)
class Listing:
    """What a sitemap lists: pages, or further sitemaps; `modified` as far as it dates its pages."""

    pages: tuple[str, ...]
    sitemaps: tuple[str, ...]
    modified: Mapping[str, date] = field(default_factory=dict)


def is_sitemap_address(url: str) -> bool:
    """Whether an address looks like that of a sitemap."""
    return _PATH.search(urlsplit(url).path) is not None


def is_sitemap(body: bytes) -> bool:
    """Whether the bytes are a sitemap or sitemap index, gzipped or not."""
    start = body[:_SNIFF]
    if start.startswith(_GZIP):
        try:
            start = zlib.decompressobj(wbits=31).decompress(body[: 16 * _SNIFF], _SNIFF)
        except zlib.error:
            return False
    return _ROOT.search(start) is not None


def read_sitemap(body: bytes, *, most: int) -> Listing:
    """What the sitemap lists; raises SourceError for one that is damaged or unfolds to over `most` bytes."""
    text = _unzipped(body, most)
    if b"<!" in text.replace(b"<!--", b"").replace(b"<![CDATA[", b""):
        raise SourceError("the sitemap declares a document type or entities, which sitemaps have no need of")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise SourceError(f"the sitemap is not XML: {error}") from error
    if _name(root) not in ("urlset", "sitemapindex"):
        raise SourceError("it is not a sitemap: its root is neither urlset nor sitemapindex")
    entries = [{_name(child): (child.text or "").strip() for child in entry} for entry in root]
    places = tuple(entry["loc"] for entry in entries if entry.get("loc"))
    if _name(root) == "sitemapindex":
        return Listing(pages=(), sitemaps=places)
    dated = {entry["loc"]: parse_date(entry.get("lastmod", "")) for entry in entries if entry.get("loc")}
    return Listing(places, (), {place: found for place, found in dated.items() if found})


def _unzipped(body: bytes, most: int) -> bytes:
    if not body.startswith(_GZIP):
        return body
    unfold = zlib.decompressobj(wbits=31)
    try:
        text = unfold.decompress(body, most)
    except zlib.error as error:
        raise SourceError(f"the sitemap is not gzip: {error}") from error
    if unfold.unconsumed_tail:
        raise SourceError(f"the sitemap unfolds to more than {most} bytes")
    return text


def _name(element: ElementTree.Element) -> str:
    """The element's name without its namespace, which not every sitemap gets right."""
    return element.tag.rpartition("}")[2]
