"""From a unit of a stored page to a sentence with its citation, and back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import UnknownCitation
from assistant.model import Citation, Sentence, SentenceKind
from ingest import FactStatus, cells, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest import Block, Fact, StoredPage, Unit

_ID = re.compile(
    r"c_(?P<page_version>[0-9a-f]{64})_(?P<start>\d{1,9})_(?P<end>\d{1,9})(?:_(?P<page>[0-9a-f]{16}))?"
)


@dataclass(frozen=True, slots=True)
class Span:
    """What a citation's identifier names; `page_id` is empty in those of earlier releases."""

    page_version: str
    start: int
    end: int
    page_id: str


def citation_id(page: StoredPage, start: int, end: int) -> str:
    """The identifier of a span: it names the very bytes, so it never comes to mean something else.

    It names the page as well, which can then be found when the text is no longer kept.
    """
    return f"c_{page.version}_{start}_{end}_{page.id}"


def parse_citation_id(identifier: str) -> Span:
    """What the identifier names; raises `UnknownCitation`."""
    match = _ID.fullmatch(identifier)
    if match is None:
        raise UnknownCitation(f"{identifier[:100]!r} is not a citation's identifier")
    return Span(match["page_version"], int(match["start"]), int(match["end"]), match["page"] or "")


def cited_pages(sentences: Iterable[Sentence]) -> tuple[str, ...]:
    """Identifiers of the pages that `sentences` cite, each once, in the order of the sentences."""
    return tuple(dict.fromkeys(each.page_id for sentence in sentences for each in sentence.citations))


def citation(page: StoredPage, heading_path: tuple[str, ...], start: int, end: int) -> Citation:
    """The citation of `page.page.text[start:end]`."""
    return Citation(
        id=citation_id(page, start, end),
        page_id=page.id,
        page_version=page.version,
        url=page.page.url,
        title=page.page.title,
        heading_path=heading_path,
        start=start,
        end=end,
        quote=page.page.text[start:end],
    )


def cite(page: StoredPage, block: Block, unit: Unit) -> Sentence:
    """The unit as a sentence of an answer; a table row cites its header row too."""
    text = page.page.text
    quote = text[unit.start : unit.end]
    citations = [citation(page, block.heading_path, unit.start, unit.end)]
    columns: tuple[str, ...] = ()
    if unit.header is not None:
        citations.append(citation(page, block.heading_path, *unit.header))
        columns = cells(text[slice(*unit.header)])
    covering = facts_at(page, unit.start, unit.end)
    return Sentence(
        text=shown(quote, unit.kind),
        kind=SentenceKind(unit.kind.value),
        citations=tuple(citations),
        heading=block.heading_path[-1] if block.heading_path else None,
        language=page.page.language,
        number=unit.number,
        columns=columns,
        cells=cells(quote) if columns else (),
        checked=all(fact.status is FactStatus.READ for fact in covering),
        as_at=max((fact.as_at for fact in covering if fact.as_at), default=None),
    )


def shown(quote: str, kind: str) -> str:
    """A quote as a reader sees it: without Markdown's marks, a table row with its cells set apart."""
    return " | ".join(cells(quote)) if kind == SentenceKind.ROW else plain(quote)


def facts_at(page: StoredPage, start: int, end: int) -> list[Fact]:
    """The facts whose text overlaps the span."""
    text, facts = page.page.text, page.page.facts
    widest = max((len(fact.text) for fact in facts), default=0)
    near = text[max(start - widest, 0) : end + widest]
    return [fact for fact in facts if fact.text in near and _overlaps(text, fact.text, start, end)]


def _overlaps(text: str, part: str, start: int, end: int) -> bool:
    reach = len(part) - 1
    return part in text[max(start - reach, 0) : end + reach]
