"""What a page says about itself: title, language, date, agency, canonical address."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.errors import BadAddress
from ingest.sources.address import canonical, host_of
from ingest.sources.dom import first
from ingest.sources.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bs4 import BeautifulSoup, Tag

    from ingest.sources.rules import Rules

_FULL_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS = {name: number for number, full in enumerate(_FULL_MONTHS, 1) for name in (full, full[:3])}
_ISO = re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})")
_DAY_FIRST = re.compile(r"\b(?P<d>\d{1,2})(?:st|nd|rd|th)?\s+(?P<m>[A-Za-z]{3,9})\.?,?\s+(?P<y>\d{4})\b")
_MONTH_FIRST = re.compile(r"\b(?P<m>[A-Za-z]{3,9})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})\b")
_NUMBERS = re.compile(r"\b(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>\d{4})\b")
"""Day before month, as in New Zealand."""

_DATE_LINE_LENGTH = 60
_TOPIC = re.compile(r"^/browse/([^/]+)(?:/|$)")
_NOINDEX = re.compile(r"\b(noindex|none)\b", re.IGNORECASE)


def parse_date(text: str) -> date | None:
    """The first date in `text`: ISO 8601, `3 March 2025`, `March 3, 2025` or `03/03/2025`."""
    for pattern in (_ISO, _DAY_FIRST, _MONTH_FIRST, _NUMBERS):
        if found := pattern.search(text):
            month = found["m"].lower()
            try:
                number = int(month) if month.isdigit() else _MONTHS[month]
                return date(int(found["y"]), number, int(found["d"]))
            except (ValueError, KeyError):
                continue
    return None


def is_date_line(text: str, rules: Rules) -> bool:
    """Whether `text` only says when the page was last updated."""
    short = len(text) <= _DATE_LINE_LENGTH and text.casefold().startswith(rules.last_updated)
    return short and parse_date(text) is not None


def last_updated(soup: BeautifulSoup, rules: Rules) -> date | None:
    """When the page says that it was last updated: a labelled <time>, a meta element, or words."""
    for time in soup.find_all("time"):
        label = " ".join([time.get_text(" "), *(str(time.get(key) or "") for key in ("itemprop", "class"))])
        around = f"{time.parent.get_text(' ') if time.parent else ''} {label}".casefold()
        if any(words in around for words in (*rules.last_updated, "datemodified")):
            stated = parse_date(str(time.get("datetime") or "")) or parse_date(time.get_text(" "))
            if stated is not None:
                return stated
    for content in _metas(soup, rules.meta_modified):
        if (stated := parse_date(content)) is not None:
            return stated
    words = "|".join(re.escape(words) for words in rules.last_updated)
    text = one_line(soup.get_text(" "))
    found = re.search(rf"\b(?:{words})\b[\s:]*(?:on\s+)?(.{{6,30}})", text, re.IGNORECASE)
    return parse_date(found[1]) if found else None


def agency(soup: BeautifulSoup, rules: Rules) -> str | None:
    """Who publishes the page, by its meta elements."""
    return next(_metas(soup, rules.meta_publisher), None)


def title(soup: BeautifulSoup, heading: Tag | None) -> str | None:
    """The page's title: its heading, else og:title, else <title> without the site's name."""
    if heading is not None and (text := one_line(heading.get_text(" "))):
        return text
    site = next(_metas(soup, ("og:site_name",)), "")
    named = first(soup, "title")
    stated = next(_metas(soup, ("og:title",)), None) or (one_line(named.get_text(" ")) if named else None)
    return _without_site(stated, site) if stated else None


def language(soup: BeautifulSoup, main: Tag | None) -> str:
    """The language of the page's main content as a primary tag (`en-NZ` is `en`); English if unsaid."""
    for tag in (main, soup.html):
        stated = one_line(str(tag.get("lang") or "")) if tag is not None else ""
        if found := re.match(r"[A-Za-z]{2,3}(?=$|[-_])", stated):
            return found[0].lower()
    return "en"


def topic(url: str) -> str | None:
    """The topic of a page of govt.nz: the name after /browse/ in its address."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    found = _TOPIC.match(parts.path) if host == "govt.nz" or host.endswith(".govt.nz") else None
    return found[1] if found else None


def declared_address(soup: BeautifulSoup, base: str | None) -> str | None:
    """The address that the page gives as its canonical one, absolute and in canonical form."""
    for link in soup.find_all("link", href=True):
        if "canonical" in [str(word).lower() for word in link.get("rel") or []]:
            try:
                return canonical(str(link["href"]), base=base)
            except BadAddress:
                return None
    return None


def address(soup: BeautifulSoup, url: str) -> str:
    """The page's canonical address: what it declares, on the same host only, else `url`.

    A site that by mistake declares its home page as the canonical address of all pages is not followed.
    """
    own = canonical(url)
    declared = declared_address(soup, own)
    if declared is None or host_of(declared) != host_of(own):
        return own
    return own if urlsplit(declared).path == "/" and urlsplit(own).path != "/" else declared


def is_noindex(soup: BeautifulSoup) -> bool:
    """Whether the page asks not to be kept in an index."""
    return any(_NOINDEX.search(content) for content in _metas(soup, ("robots",)))


def _metas(soup: BeautifulSoup, wanted: tuple[str, ...]) -> Iterator[str]:
    """Contents of the meta elements of these names, in the order of the names."""
    stated: dict[str, str] = {}
    for meta in soup.find_all("meta", content=True):
        name = str(meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        stated.setdefault(name, one_line(str(meta["content"])))
    return (stated[name] for name in wanted if stated.get(name))


def _without_site(stated: str, site: str) -> str:
    for mark in (" | ", " » ", " :: "):
        if mark in stated:
            stated = stated.rpartition(mark)[0]
            break
    for mark in (" - ", " \u2013 ", " \u2014 "):
        head, _, tail = stated.rpartition(mark)
        if head and site and tail.casefold() == site.casefold():
            return head
    return stated
