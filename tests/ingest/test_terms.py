"""Text as search keys."""

from __future__ import annotations

import pytest

from ingest import terms, words


@pytest.mark.parametrize("spelling", ["āwhina", "awhina", "aawhina", "ĀWHINA"])
def test_macrons_and_doubled_vowels_are_one_word(spelling: str) -> None:
    """However a te reo word's long vowel is typed, it finds the same pages."""
    assert terms(spelling) == terms("āwhina")


def test_english_double_vowels_stay() -> None:
    """Folding of doubled vowels never makes one English word into another."""
    assert words("food") == ["food"]


def test_inflections_share_a_key() -> None:
    """A plural or a past tense finds what the plain word finds."""
    assert terms("passports renewed") == terms("passport renew")


def test_contractions_and_filler_are_not_searched() -> None:
    """Words that say nothing of the subject are left out, with or without their apostrophe."""
    assert terms("hi, I can't really — cant I just get it?") == []


def test_negation_is_searched() -> None:
    """Polarity is part of the question."""
    assert "not" in terms("not allowed")
