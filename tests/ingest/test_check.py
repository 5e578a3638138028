"""An editor is told of pages that contradict or repeat one another, and of nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ingest import check
from tests.doubles import page
from tests.snapshots import snapshot


def figures(*texts: str) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """The contradictions between pages of these texts."""
    pages = [page(f"page-{number}", text) for number, text in enumerate(texts)]
    found = check(snapshot(pages)).contradictions
    return [(each.unit, each.first.figures, each.second.figures) for each in found]


def test_the_same_fee_with_two_amounts_is_reported() -> None:
    """Other words for the same fee, other amounts: both places are named."""
    found = figures("An adult passport costs $247.", "The fee for an adult passport is $215 (including GST).")
    assert found == [("money", ("247",), ("215",))]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("An adult passport costs $247.", "An adult passport costs $247.00."),
        ("An adult passport costs $247.", "A child passport costs $144."),
        ("An adult passport costs $247.", "An adult passport takes 10 days."),
        ("It costs $20.", "It costs $30."),
        ("An urgent passport costs $497.", "An urgent passport costs $497, not $247."),
    ],
)
def test_what_does_not_contradict_is_not_reported(first: str, second: str) -> None:
    """Other things, other units, the same amount, or nothing said of what it is."""
    assert figures(first, second) == []


def test_rows_are_compared_with_their_page_and_columns() -> None:
    """The same row of the same table on two editions of a page is one statement; of other pages it is not."""
    table = "## Cost\n\n| Service | Fee |\n|---|---|\n| Standard | ${fee} |\n"
    pages = [
        page("passport-fees", table.replace("{fee}", "215")),
        page("dog-fees", table.replace("{fee}", "90")),
    ]
    assert check(snapshot(pages)).contradictions == ()
    again = page("passport-fees-2", table.replace("{fee}", "247"))
    renamed = replace(again, title=pages[0].title)
    [found] = check(snapshot([*pages, renamed])).contradictions
    assert {found.first.figures, found.second.figures} == {("215",), ("247",)}


def test_duplicates_name_the_newer_page() -> None:
    """Of two editions the report says which is shown first."""
    text = "You can renew your passport online if you have had one before, at any time of the year."
    old = page("old", text, last_updated=date(2024, 1, 1))
    new = page("new", text, last_updated=date(2026, 1, 1))
    found = check(snapshot([old, new]))
    assert [each.newer for each in found.duplicates] == [new.id]
    assert not found.nothing and check(snapshot([old])).nothing
