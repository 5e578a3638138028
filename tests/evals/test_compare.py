"""Two runs side by side: what changed, and whether it could be chance."""

from __future__ import annotations

import pytest

from evals import compare, score_all
from evals.compare import mcnemar
from tests.evals.making import trial


def sheet(*right):
    """One case for each truth value; the right ones pass."""
    return score_all(
        [trial("It is free.", id=str(n), facts=("free" if ok else "dear",)) for n, ok in enumerate(right)]
    )


def test_mcnemar_against_worked_values():
    """Of 10 that changed, 1 and 9: p is 2 (1 + 10) / 1024."""
    assert mcnemar(1, 9) == pytest.approx(2 * 11 / 1024)
    assert mcnemar(0, 0) == 1
    assert mcnemar(3, 3) == 1


def test_flips_in_each_direction_are_named_with_the_check_that_fails():
    """The evaluator sees what was mended and what broke."""
    found = compare(sheet(True, False, True), sheet(False, True, True))
    assert [each.case_id for each in found.fixed] == ["1"]
    assert [(each.case_id, each.failing) for each in found.broken] == [("0", ("fact recall",))]
    assert found.pairs == 3


def test_a_real_fall_is_significant_and_noise_is_not():
    """Twelve broken of forty cannot be chance; one mended and one broken can."""
    before = sheet(*[True] * 40)
    fall = {each.metric: each for each in compare(before, sheet(*[True] * 28, *[False] * 12)).metrics}
    assert fall["passed"].difference.mean == pytest.approx(-0.3)
    assert fall["passed"].p < 0.001 and fall["passed"].significant
    assert fall["passed"].difference.high < 0
    noise = compare(sheet(True, False, *[True] * 20), sheet(False, True, *[True] * 20))
    assert not {each.metric: each for each in noise.metrics}["passed"].significant


def test_a_case_with_another_question_is_no_pair():
    """A changed suite is told as such, not counted as a difference."""
    one = score_all([trial("x", id="a"), trial("x", id="b")])
    other = score_all([trial("x", id="a", question="other?"), trial("x", id="c")])
    found = compare(one, other)
    assert (found.pairs, found.only_before, found.only_after) == (0, ("a", "b"), ("a", "c"))
