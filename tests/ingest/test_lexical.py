"""Lexical scores."""

from __future__ import annotations

import random

import bm25s
import numpy as np
import pytest

from ingest import terms
from ingest.lexical import Lexical, Postings

TITLES = ["Renew a passport", "Register a dog", "Tax codes"]
TEXTS = [
    "Renew online. It costs money.",
    "Register your dog with the council.",
    "A code tells your employer.",
]


def lexical() -> Lexical:
    return Lexical(TITLES, TEXTS)


def test_the_text_with_the_word_scores_best() -> None:
    """A word that one page has leads to that page."""
    assert lexical().scores(terms("dog council")).argmax() == 1


def test_unknown_words_score_nothing() -> None:
    """A question of which no word is known matches no page."""
    assert not lexical().scores(terms("zebra")).any()


def test_no_texts_no_scores() -> None:
    """An empty index is searched without an error."""
    assert len(Lexical([], []).scores(terms("dog"))) == 0


def test_shares_of_a_query_are_one() -> None:
    """What the keys say of a query adds up to all of it."""
    assert sum(lexical().shares(terms("dog council zebra")).values()) == pytest.approx(1)


def test_coverage_counts_telling_words_more() -> None:
    """A word that no page has is missed more than one that many have."""
    found = Lexical(["a", "b"], ["dog tax", "dog"]).coverage(terms("dog zebra"), set(terms("dog")))
    assert 0 < found < 0.5


def test_words_are_counted_over_titles_and_texts() -> None:
    """The lexicon knows words of titles as well."""
    assert lexical().words["dog"] == 2


def test_scores_are_those_of_the_reference_implementation() -> None:
    """BM25 as bm25s computes it, on random texts and questions."""
    chance = random.Random(7)
    words = [f"word{number}" for number in range(60)]
    documents = [chance.choices(words, k=chance.randint(0, 40)) for _ in range(80)]
    reference = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    reference.index([each or [""] for each in documents], show_progress=False)
    ours = Postings.of(documents)
    for _ in range(30):
        query = chance.choices(words, k=5)
        np.testing.assert_allclose(ours.scores(query), reference.get_scores(query), rtol=1e-4, atol=1e-5)


def test_scores_of_some_texts_are_those_of_all():
    """A page's own units are scored as they are among all units, without scoring all of them."""
    lexical = Lexical([""] * 6, ["a dog", "the cat", "dog and cat", "a bird", "dog dog", "cat"])
    order = np.array([5, 0, -1, 2, 4], dtype=np.int64)
    for each in (lexical, lexical.spliced(order, ([""], ["a big dog"]), (["", ""], ["the cat", "a bird"]))):
        whole = each.scores(["dog", "cat", "a"])
        for start in range(each.size):
            for stop in range(start, each.size + 1):
                assert np.array_equal(each.scores(["dog", "cat", "a"], slice(start, stop)), whole[start:stop])
