"""Spelling errors, put right towards the index's words."""

from __future__ import annotations

import pytest

from ingest.spelling import Lexicon

LEXICON = Lexicon(
    {"passport": 9, "accommodation": 4, "supplement": 4, "claim": 3, "card": 5, "help": 8, "prescription": 2}
)


def corrected(text: str, *known: str) -> str:
    return LEXICON.corrected(text, lambda word: word in known)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pasport", "passport"),
        ("acomodation suplement", "accommodation supplement"),
        ("a clam", "a claim"),
        ("community crad", "community card"),
    ],
)
def test_a_misspelt_word_becomes_the_nearest_one(typed: str, meant: str) -> None:
    """A lost, doubled or swapped letter does not hide a page."""
    assert corrected(typed, "community") == meant


def test_a_word_that_the_embedder_knows_is_left_alone() -> None:
    """An ordinary word that no page uses is not turned into another one."""
    assert corrected("the cart", "the", "cart") == "the cart"


def test_inflections_of_known_words_are_left_alone() -> None:
    """A plural is not an error."""
    assert corrected("prescriptions") == "prescriptions"


def test_short_words_and_codes_are_left_alone() -> None:
    """Three letters, or letters with digits, are too little to guess from."""
    assert corrected("hlp IR330C") == "hlp IR330C"


def test_a_short_word_is_not_changed_letter_for_letter() -> None:
    """A short word with another letter is another word."""
    assert corrected("heap") == "heap"


def test_the_rest_of_the_text_stays() -> None:
    """Punctuation and case around a corrected word are as they were."""
    assert corrected("My PASPORT, please?", "my", "My", "please") == "My passport, please?"
