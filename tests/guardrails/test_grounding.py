"""A sentence may say no more than its passage."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.guardrails import read_cases
from guardrails import grounded

PASSAGE = "You must pay $20 within 10 days. You cannot appeal if you are under 18."


def test_no_unsupported_sentence_is_let_through():
    """Changed figures, units, dates, telephone numbers, forms, agencies, people and polarity all fail."""
    through = [
        c["text"]
        for c in read_cases("grounding")
        if not c["expect"] and grounded(c["text"], [c["passage"]]).ok
    ]
    assert through == []


def test_supported_sentences_are_kept():
    """Other spacing, other names of the same agency and numbers in words are no lies."""
    lost = [
        c["text"]
        for c in read_cases("grounding")
        if c["expect"] and not grounded(c["text"], [c["passage"]]).ok
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("sentence", "missing", "rule"),
    [
        ("You must pay $30 within 10 days.", "$30", "grounding.claims"),
        ("You can appeal if you are under 18.", "cannot", "grounding.polarity"),
        ("You can pay $20 within 10 days.", "can", "grounding.polarity"),
        ("The moon is made of cheese.", "moon", "grounding.words"),
    ],
)
def test_a_failure_says_what_is_missing(sentence, missing, rule):
    """The rule and the words that no passage supports come back."""
    result = grounded(sentence, [PASSAGE])
    assert not result.ok
    assert result.rule == rule
    assert missing in result.missing


def test_a_verbatim_quotation_always_stands():
    """Word for word from the passage, whatever the checks think of it."""
    assert grounded("You cannot appeal if you are under 18.", [PASSAGE]).ok


def test_nothing_stands_without_a_passage():
    """A sentence that cites nothing fails."""
    assert not grounded("You must pay $20.", []).ok


def test_figures_may_not_be_gathered_from_two_passages():
    """One passage must carry the whole sentence."""
    assert not grounded("You pay $20 within 5 weeks.", ["You pay $20.", "You pay within 5 weeks."]).ok


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 999))
def test_no_other_amount_passes(amount):
    """Whatever the amount, only the one in the passage is let through."""
    assert grounded(f"You must pay ${amount} within 10 days.", [PASSAGE]).ok is (amount == 20)
