"""The hold-back: no identifier leaks, wherever the stream is cut."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardrails import HoldBack

SECRETS = [
    "49-091-850",
    "49091850",
    "021 123 4567",
    "aroha@example.co.nz",
    "LN123456",
    "Aroha Ngata",
    "12 Queen Street",
]
SENTENCES = [
    "Your IRD number is 49-091-850.",
    "The tax number 49091850 was sent.",
    "Ring 021 123 4567 after five.",
    "Write to aroha@example.co.nz today.",
    "Passport LN123456 has run out.",
    "Her name is Aroha Ngata.",
    "She lives at 12 Queen Street now.",
    "You must apply within 10 working days.",
    "Call 0800 559 009 for help.",
    "The fee is $215 for an adult and it takes up to ten working days from the day you apply.",
]


def stream(redactor, text, cuts, **options):
    """Feed the text in pieces and return the pieces that came out."""
    guard = HoldBack(redactor, **options)
    edges = [0, *sorted(cuts), len(text)]
    pieces = [guard.feed(text[a:b]) for a, b in pairwise(edges)]
    return [*pieces, guard.finish()]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_split_leaks_an_identifier(redactor, data):
    """What comes out is what redacting the whole would give, however it is split, and no secret."""
    text = " ".join(data.draw(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6)))
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=12))
    out = "".join(stream(redactor, text, cuts))
    assert out == redactor.redact(text).text
    assert not any(secret in out for secret in SECRETS)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 21, 34, 55])
def test_pieces_of_any_size_give_the_same(redactor, size):
    """Every size of piece gives the same text."""
    text = " ".join(SENTENCES)
    assert "".join(stream(redactor, text, range(0, len(text), size))) == redactor.redact(text).text


def test_text_is_released_before_the_end(redactor):
    """A long harmless answer does not wait for its last word."""
    guard = HoldBack(redactor)
    assert guard.feed(SENTENCES[9] + " ")


def test_what_a_passage_says_is_released(redactor):
    """The cited passage's own number leaves as it is."""
    text = "Please ring 04 385 9709 to book a time that suits you, any day from Monday to Friday."
    assert "".join(stream(redactor, text, [20], allow=["04 385 9709"])) == text


def test_a_guard_can_be_used_again_after_the_end(redactor):
    """Nothing of one answer is context for the next."""
    guard = HoldBack(redactor)
    guard.feed("Your IRD number is")
    guard.finish()
    guard.feed("about 12 pages")
    assert guard.finish() == "about 12 pages"
