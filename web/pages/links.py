"""Links inside an answer's text, made only where they can be trusted.

A web address, and an email address, becomes a link when its host is one of the answer's own sources or a
government's: names under .govt.nz are given to government agencies only (terms and conditions of .govt.nz
domain names, digital.govt.nz, read on 2026-11-28). A phone number becomes one when it is a valid New Zealand
number or a short public one beside a word that says to call it. All other text stays text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import phonenumbers

from ingest import cells, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_ADDRESS = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:/[^\s<>\"']*)?", re.I)
_EMAIL = re.compile(r"(?<![\w.+@-])[\w.+-]+@(?P<host>(?:[a-z0-9-]+\.)+[a-z]{2,})(?![\w@-])", re.I)
_GOVERNMENT = "govt.nz"
_SHORT = re.compile(
    r"\b(?:call|dial|phone|ring|text|waea(?: atu)?(?: ki)?(?: te)?)\s+(?:free\s+)?(?:or\s+text\s+)?"
    r"(?P<number>111|105|112|1737|611|4334|4357)\b",
    re.I,
)
_TRAILING = ".,;:!?)]}»”’"
_FRAGMENT_WORDS = 5


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text, and where it leads if it is a link."""

    text: str
    href: str | None = None


def segments(text: str, hosts: Iterable[str]) -> Iterator[Segment]:
    """`text` in order, cut at its links; the pieces put together are `text` again."""
    at = 0
    trusted = frozenset(hosts)
    for start, end, href in sorted((*_addresses(text, trusted), *_emails(text, trusted), *_phones(text))):
        if start < at:
            continue
        if start > at:
            yield Segment(text[at:start])
        yield Segment(text[start:end], href)
        at = end
    if at < len(text):
        yield Segment(text[at:])


def host_of(url: str) -> str:
    """The host of `url` without a leading www."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def safe_href(url: str | None) -> str | None:
    """`url` if it is a web address; None for another scheme, and for a name that leads nowhere (RFC 6761)."""
    parts = urlsplit(url or "")
    leads = parts.scheme in {"http", "https"} and not (parts.hostname or "").endswith(".invalid")
    return url if leads else None


def tel(number: str) -> str:
    """The `tel:` address of a number as people write it."""
    return "tel:" + re.sub(r"[^\d+]", "", number)


def sms(number: str) -> str:
    """The `sms:` address of a number as people write it."""
    return "sms:" + re.sub(r"[^\d+]", "", number)


def at_quote(url: str, quoted: str, heading: Sequence[str] = ()) -> str | None:
    """`url` with text fragments (https://wicg.github.io/scroll-to-text-fragment/): heading, then quote.

    A browser scrolls to the first that it finds and marks both. A long quote is named by its first and
    last words, a table row by its first and last cells.
    """
    if safe_href(url) is None:
        return None
    directives = [_directive((*heading, "")) if heading else "", _directive(_ends(quoted))]
    found = "&".join(f"text={each}" for each in directives if each)
    return f"{url}{'' if '#' in url else '#'}:~:{found}" if found else url


def _ends(quoted: str) -> tuple[str, str]:
    """Where a quote begins and, of a long one, where it ends."""
    if quoted.lstrip().startswith("|"):
        parts = [cell for cell in cells(quoted) if cell]
        return (parts[0], parts[-1] if len(parts) > 1 else "") if parts else ("", "")
    words = plain(quoted).split()
    if len(words) <= 2 * _FRAGMENT_WORDS:
        return " ".join(words), ""
    return " ".join(words[:_FRAGMENT_WORDS]), " ".join(words[-_FRAGMENT_WORDS:])


def _directive(ends: Sequence[str]) -> str:
    return ",".join(_encoded(part) for part in ends if part)


def _encoded(part: str) -> str:
    return quote(part, safe="").replace("-", "%2D")


def _addresses(text: str, hosts: frozenset[str]) -> Iterator[tuple[int, int, str]]:
    for match in _ADDRESS.finditer(text):
        if match.start() and text[match.start() - 1] in "@/.":
            continue
        if text[match.end() : match.end() + 1] == "@":  # what looks like a host is a name before the real one
            continue
        found = match.group().rstrip(_TRAILING)
        href = re.sub(r"^(?:https?://)?", "https://", found, flags=re.I)
        if _trusted(host_of(href), hosts):
            yield match.start(), match.start() + len(found), href


def _emails(text: str, hosts: frozenset[str]) -> Iterator[tuple[int, int, str]]:
    for match in _EMAIL.finditer(text):
        if _trusted(match["host"].casefold().removeprefix("www."), hosts):
            yield match.start(), match.end(), f"mailto:{match.group()}"


def _trusted(host: str, hosts: frozenset[str]) -> bool:
    return host in hosts or host == _GOVERNMENT or host.endswith(f".{_GOVERNMENT}")


def _phones(text: str) -> Iterator[tuple[int, int, str]]:
    for match in phonenumbers.PhoneNumberMatcher(text, "NZ"):
        if match.raw_string[0] in "0+(":  # without it, a reference number may pass for a landline
            yield match.start, match.end, tel(match.raw_string)
    for short in _SHORT.finditer(text):
        start, end = short.span("number")
        yield start, end, tel(short["number"])
