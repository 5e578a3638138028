"""The pieces of the editors' work that need no service."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import AskedQuestion
from ingest import Fact, FactStatus
from tests.doubles import BagOfWords, page
from web.editing import Asking, Comparison, Shown, UnbrokenAnswers
from web.editing.gaps import gaps
from web.editing.handing_in import onto
from web.editing.report import Quoted
from web.editing.wording import Kept, word_changes


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_changes_of_words_lose_nothing(before, after):
    """Both texts can be read off the pieces, letter by letter."""
    pieces = word_changes(before, after)
    assert "".join(each.text for each in pieces if each.kept is not Kept.ADDED) == before
    assert "".join(each.text for each in pieces if each.kept is not Kept.REMOVED) == after


def test_only_the_words_that_differ_are_marked():
    """A new fee is one word out and one in."""
    pieces = word_changes("It costs $200 a year.", "It costs $250 a year.")
    assert [each.text for each in pieces if each.kept is not Kept.SAME] == ["$200", "$250"]


def asked(text, times=1, topic="passports"):
    """A question that found nothing."""
    day = date(2026, 11, 1)
    return AskedQuestion(text, "en", times, day, day, "not_found", (), topic)


def test_gaps_are_grouped_by_topic_and_meaning_the_most_asked_first():
    """Rephrasings are one gap; the same words on another topic are another."""
    found = gaps(
        [
            asked("passport photo with glasses", 2),
            asked("glasses passport photo"),
            asked("children under five", 9),
            asked("passport photo with glasses", topic="dogs"),
        ],
        BagOfWords(),
    )
    assert [(gap.topic, gap.times, len(gap.questions)) for gap in found] == [
        ("passports", 9, 1),
        ("passports", 3, 2),
        ("dogs", 1, 1),
    ]


def shown(*texts, verified=True, passed=None):
    """An answer of those sentences."""
    return Shown("answered", "", tuple(Quoted(each, "", "", each) for each in texts), verified, passed)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("before", "after", "passes"),
    [
        (shown("a", passed=True), shown("b", passed=True), True),
        (shown("a", passed=True), shown("b", passed=False), False),
        (shown("a", passed=False), shown("b", passed=False), True),
        (shown("a", passed=True), shown("a", passed=True, verified=False), False),
        (None, shown("a", passed=False), False),
    ],
)
async def test_the_gate_stops_what_breaks_and_nothing_else(before, after, passes):
    """A case that failed before may go on failing; a citation must always verify."""
    asking = Asking("x", "How much is it?", (), "suite")
    verdict = await UnbrokenAnswers().judge(2, 1, [Comparison(asking, before, after)])
    assert verdict.passed is passes
    assert bool(verdict.reasons) is not passes


@pytest.mark.anyio
async def test_a_lost_answer_of_a_real_question_is_a_warning():
    """It is said, and does not stop anybody."""
    asking = Asking("asked-1", "Can I pay by card?", (), "", times=4)
    verdict = await UnbrokenAnswers().judge(2, 1, [Comparison(asking, shown("a"), shown())])
    assert verdict.passed and "Can I pay by card?" in verdict.warnings[0]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (shown("a", passed=True), shown("b", passed=False), "broken"),
        (shown("a"), shown(), "worse"),
        (shown("a", passed=True), shown("a", passed=True, verified=False), "worse"),
        (shown("a", passed=False), shown(passed=True), "mended"),
        (shown("a", passed=False), shown("b", passed=True), "mended"),
        (shown("a"), shown("b"), "other"),
    ],
)
def test_each_answer_that_changes_is_counted_once(before, after, kind):
    """One that now rightly declines is mended, and not lost as well."""
    comparison = Comparison(Asking("x", "How much is it?", (), "suite"), before, after)
    assert comparison.kind == kind
    assert comparison.worse is (kind in {"broken", "worse"})


def test_a_page_handed_in_keeps_what_the_form_does_not_ask():
    """Its slug stays, and a fact while its text does: an edited figure is none that was read."""
    facts = (Fact("It costs $200.", FactStatus.READ), Fact("Pay by card.", FactStatus.READ))
    before = replace(page("fees", "It costs $200. Pay by card.", facts=facts), slug="en/fees")
    after = onto(page("fees", "It costs $250. Pay by card."), before)
    assert (after.slug, [fact.text for fact in after.facts]) == ("en/fees", ["Pay by card."])
