"""Measures of a ranking, against values worked out by hand."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.ranking import first_relevant, ndcg, recall, reciprocal_rank

RANKED = ["a", "b", "c", "d"]


def test_worked_example():
    """Grades 2 and 1 at ranks 2 and 4, and one relevant document that was not found."""
    relevance = {"b": 2, "d": 1, "z": 1, "a": 0}
    ideal = 2 + 1 / log2(3) + 1 / log2(4)
    assert ndcg(RANKED, relevance, 10) == pytest.approx((2 / log2(3) + 1 / log2(5)) / ideal)
    assert recall(RANKED, relevance, 2) == pytest.approx(1 / 3)
    assert recall(RANKED, relevance, 10) == pytest.approx(2 / 3)
    assert reciprocal_rank(RANKED, relevance) == 0.5
    assert first_relevant(RANKED, {"z": 1}) is None


def test_a_page_listed_twice_counts_once():
    """Repeating a relevant page cannot raise a score above that of the right order."""
    assert ndcg(["a", "a", "b"], {"a": 1, "b": 1}, 2) == 1


@given(st.permutations("abcdef"), st.dictionaries(st.sampled_from("abcdefxyz"), st.integers(0, 3)))
def test_measures_stay_between_0_and_1_and_the_best_order_has_1(ranked, relevance):
    """No ranking is better than the ideal one."""
    best = sorted(relevance, key=lambda each: -relevance[each])
    for k in (1, 3, 10):
        assert 0 <= ndcg(ranked, relevance, k) <= 1 + 1e-9
        assert 0 <= recall(ranked, relevance, k) <= recall(ranked, relevance, 10) <= 1
    assert ndcg(best, relevance, 10) == pytest.approx(float(any(relevance.values())))
