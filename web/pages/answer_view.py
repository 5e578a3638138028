"""An answer arranged for reading: its sentences as sections, lists and tables, their citations numbered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from assistant import CLOSE, FAIR, Outcome, SentenceKind, headings
from web.pages.links import Segment, at_quote, host_of, safe_href, segments
from web.pages.rendering import english_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from assistant import Answer, Citation, Listed, Sentence

Numbered = tuple[int, "Citation"]
Text = tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence with its links found and its citations numbered."""

    sentence: Sentence
    text: Text
    cells: tuple[Text, ...]
    citations: tuple[Numbered, ...]

    @property
    def as_at(self) -> date | None:
        """The date to show with it, unless its own words give it."""
        given = self.sentence.as_at
        if given is None or english_day(given) in self.sentence.text:
            return None
        # te reo Māori has two sets of months, and pages use either
        te_reo = re.search(rf"\b{given.day} o \S+ {given.year}\b", self.sentence.text)
        return None if te_reo else given


@dataclass(frozen=True, slots=True)
class Block:
    """Statements that are shown as one: a paragraph, a list, steps or a table."""

    kind: SentenceKind
    statements: tuple[Statement, ...]
    columns: tuple[str, ...] = ()
    header: Numbered | None = None
    """Where the column names stand."""

    @property
    def unchecked(self) -> bool:
        """Whether one label says for all that they were not checked."""
        return len(self.statements) > 1 and not any(each.sentence.checked for each in self.statements)

    @property
    def as_at(self) -> date | None:
        """The date that one label gives for all."""
        dates = {each.as_at for each in self.statements}
        return dates.pop() if len(self.statements) > 1 and len(dates) == 1 else None


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading of a page."""

    heading: str | None
    language: str
    blocks: tuple[Block, ...]
    page_title: str | None = None
    """The page, where the answer draws on several and this section begins another one."""


@dataclass(frozen=True, slots=True)
class SourceView:
    """A page that an answer lists, with its quotes in the order of their numbers."""

    listed: Listed
    quotes: tuple[Numbered, ...] = ()

    @property
    def href(self) -> str | None:
        """The page, at the heading and the words that were quoted first."""
        if not self.quotes:
            return safe_href(self.listed.url)
        first = self.quotes[0][1]
        return at_quote(first.url, first.quote, first.heading_path[-1:])


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer and its arrangement."""

    answer: Answer
    sections: tuple[Section, ...]
    cited: tuple[SourceView, ...]
    others: tuple[SourceView, ...]
    contact: tuple[Block, ...]
    """What the cited page says of whom to contact."""
    confidence: str | None
    """How well the pages fit: `high`, `middle` or `low`."""
    earlier: tuple[str, ...] = ()
    """The questions before it in the conversation."""

    @property
    def contact_page(self) -> Listed | None:
        """The page whose agency a person would ask."""
        return next((each.listed for each in (*self.cited, *self.others)), None)

    @property
    def failed(self) -> bool:
        """Whether the service, not the question, is why there is no answer."""
        return self.answer.outcome.startswith("error")

    @property
    def kept(self) -> bool:
        """Whether it is in a conversation, so that it can be shared and reported."""
        return self.answer.conversation_id is not None and not self.failed

    @property
    def unchecked(self) -> int:
        """Statements that were not found in an official source."""
        return sum(not each.checked for each in self.answer.sentences)


EARLIER = 3
"""Earlier questions that a summary for a person names."""


def arrange_all(answers: Sequence[Answer]) -> list[AnswerView]:
    """A conversation's answers as its page shows them."""
    asked = [each.question for each in answers]
    return [arrange(each, asked[max(0, at - EARLIER) : at]) for at, each in enumerate(answers)]


def arrange(answer: Answer, earlier: Sequence[str] = ()) -> AnswerView:
    """`answer` as its page shows it: what answers first, then steps, then what is needed."""
    hosts = {host_of(source.url) for source in answer.sources}
    hosts |= {host_of(citation.url) for each in answer.sentences for citation in each.citations}
    numbers: dict[str, int] = {}
    ordered = _ordered(answer.sentences)
    statements = [_statement(each, hosts - {""}, numbers) for each in ordered]
    shown = set(numbers)
    contact = [
        _statement(each, hosts - {""}, numbers)
        for each in answer.contact
        if not shown.issuperset(citation.id for citation in each.citations)
    ]
    return AnswerView(
        answer=answer,
        sections=tuple(_sections(statements)),
        cited=tuple(_source(each, statements) for each in answer.sources if each.cited),
        others=tuple(SourceView(each) for each in answer.sources if not each.cited),
        contact=_blocks(contact),
        confidence=_confidence(answer),
        earlier=tuple(earlier),
    )


def _source(listed: Listed, statements: Sequence[Statement]) -> SourceView:
    quotes = {number: each for said in statements for number, each in said.citations}
    own = [(number, each) for number, each in sorted(quotes.items()) if each.page_id == listed.page_id]
    return SourceView(listed, tuple(own))


def _ordered(sentences: Sequence[Sentence]) -> list[Sentence]:
    """By page, and within it what leads, then by what stands under each heading: answer, steps, needs."""
    pages = list(dict.fromkeys(_page_of(each) for each in sentences))
    rank: dict[tuple[str | None, str | None], int] = {}
    for each in sentences:
        place = (_page_of(each), each.heading)
        rank[place] = max(rank.get(place, 0), _rank(each))
    rank |= {(_page_of(each), each.heading): -1 for each in sentences[:1]}
    return sorted(
        sentences, key=lambda each: (pages.index(_page_of(each)), rank[_page_of(each), each.heading])
    )


def _rank(sentence: Sentence) -> int:
    if sentence.heading and headings()["needs"].search(sentence.heading):
        return 2
    return 1 if sentence.kind is SentenceKind.STEP else 0


def _page_of(sentence: Sentence) -> str | None:
    return sentence.citations[0].page_id if sentence.citations else None


def _sections(statements: Sequence[Statement]) -> Iterator[Section]:
    """One a heading and page; pages are named where there are several."""
    several = len({_page(each) for each in statements}) > 1
    before: object = None
    for (page, heading, language), group in groupby(statements, key=_place):
        members = list(group)
        title = members[0].citations[0][1].title if several and page and page != before else None
        yield Section(heading, language, _blocks(members), title)
        before = page


def _place(statement: Statement) -> tuple[str | None, str | None, str]:
    return _page(statement), statement.sentence.heading, statement.sentence.language


def _page(statement: Statement) -> str | None:
    return _page_of(statement.sentence)


def _statement(sentence: Sentence, hosts: Iterable[str], numbers: dict[str, int]) -> Statement:
    in_order = reversed(sentence.citations) if sentence.columns else sentence.citations
    for citation in in_order:  # a table's header is read before its rows
        numbers.setdefault(citation.id, len(numbers) + 1)
    return Statement(
        sentence=sentence,
        text=tuple(segments(sentence.text, hosts)),
        cells=tuple(tuple(segments(cell, hosts)) for cell in sentence.cells),
        citations=tuple((numbers[citation.id], citation) for citation in sentence.citations),
    )


def _blocks(statements: Sequence[Statement]) -> tuple[Block, ...]:
    """Neighbours of one kind together; rows of the same columns in one table, wherever they stand."""
    grouped: dict[object, list[Statement]] = {}
    before: object = None
    for at, statement in enumerate(statements):
        kind = statement.sentence.kind
        key: object = (kind, at)
        if kind is SentenceKind.ROW and statement.sentence.columns:
            key = (kind, statement.sentence.columns)
        elif isinstance(before, tuple) and before[0] is kind is not SentenceKind.SENTENCE:
            key = before
        grouped.setdefault(key, []).append(statement)
        before = key
    return tuple(_block(each) for each in grouped.values())


def _block(statements: Sequence[Statement]) -> Block:
    first = statements[0]
    kind, columns = first.sentence.kind, first.sentence.columns
    if not columns:
        return Block(kind, tuple(statements))
    header = first.citations[1] if len(first.citations) > 1 else None
    return Block(kind, tuple(statements), columns, header)


def _confidence(answer: Answer) -> str | None:
    if answer.outcome is not Outcome.ANSWERED or answer.confidence is None:
        return None
    if answer.confidence >= CLOSE:
        return "high"
    return "middle" if answer.confidence >= FAIR else "low"
