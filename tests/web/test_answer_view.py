"""How an answer is arranged for reading."""

from __future__ import annotations

from datetime import date

import pytest

from assistant import Answer, Citation, Outcome, Sentence, SentenceKind
from web.pages.answer_view import arrange


def cited(page: str, start: int, text: str = "Words.") -> Citation:
    """A citation of some words of a page."""
    url, version = f"https://www.govt.nz/{page}", "0" * 64
    return Citation(f"c_{page}_{start}", page, version, url, page, (), start, start + len(text), text)


def said(text: str, *, page: str = "a", start: int = 0, kind: str = "sentence", **more) -> Sentence:
    """A sentence of a page."""
    return Sentence(text, SentenceKind(kind), (cited(page, start, text), *more.pop("also", ())), **more)


def answered(*sentences: Sentence, **more) -> Answer:
    """An answer of those sentences."""
    return Answer("a_1", Outcome.ANSWERED, "en", "", sentences, **more)


def test_neighbours_of_a_kind_are_shown_as_one():
    """Items stay a list, steps a numbered one; a sentence between them breaks neither order nor kind."""
    view = arrange(
        answered(
            said("Before.", start=1),
            said("One", start=2, kind="step", number=1),
            said("Two", start=3, kind="step", number=2),
            said("Between.", start=4),
            said("First", start=5, kind="item"),
            said("Second", start=6, kind="item"),
        )
    )
    blocks = view.sections[0].blocks
    assert [(block.kind, len(block.statements)) for block in blocks] == [
        ("sentence", 1), ("step", 2), ("sentence", 1), ("item", 2),
    ]  # fmt: skip


def test_rows_of_the_same_columns_share_a_table_whose_header_is_cited_once():
    """The header's citation is the first number, whatever stands between the rows."""
    header = cited("a", 100)
    row = {"kind": "row", "columns": ("What", "Fee"), "also": [header]}
    view = arrange(
        answered(
            said("Dog | $1", start=1, cells=("Dog", "$1"), **dict(row)),
            said("A sentence.", start=2),
            said("Cat | $2", start=3, cells=("Cat", "$2"), **dict(row)),
        )
    )
    table = view.sections[0].blocks[0]
    assert len(table.statements) == 2
    assert table.header == (1, header)
    assert [statement.citations[0][0] for statement in table.statements] == [2, 4]


def test_headings_of_different_pages_are_not_run_together():
    """Two pages with the same heading give two sections, each under its page's name."""
    view = arrange(answered(said("Call us.", heading="Contact"), said("Write.", page="b", heading="Contact")))
    assert [(section.heading, section.page_title) for section in view.sections] == [
        ("Contact", "a"),
        ("Contact", "b"),
    ]
    assert arrange(answered(said("Call us."))).sections[0].page_title is None


def test_one_label_says_what_holds_for_all():
    """A date or a doubt that all statements of a list share is told once; otherwise beside each."""
    doubtful = {"kind": "item", "checked": False, "as_at": date(2026, 7, 1)}
    shared = (
        arrange(answered(said("A", start=1, **doubtful), said("B", start=2, **doubtful)))
        .sections[0]
        .blocks[0]
    )
    assert (shared.unchecked, shared.as_at) == (True, date(2026, 7, 1))
    mixed = (
        arrange(answered(said("A", start=1, **doubtful), said("B", start=2, kind="item")))
        .sections[0]
        .blocks[0]
    )
    assert (mixed.unchecked, mixed.as_at) == (False, None)


def test_a_date_that_the_words_give_is_not_repeated():
    """A row that says its own date gets no label."""
    view = arrange(answered(said("Fee | $1 | 8 July 2024", as_at=date(2024, 7, 8))))
    assert view.sections[0].blocks[0].statements[0].as_at is None


@pytest.mark.parametrize(
    ("confidence", "word"),
    [(0.9, "high"), (0.7, "middle"), (0.5, "low"), (None, None)],
)
def test_confidence_is_told_in_words(confidence: float | None, word: str | None):
    """Readers get one of three wordings, never a figure."""
    assert arrange(answered(confidence=confidence)).confidence == word
