"""Agreement between raters, against published worked examples and by its properties."""

from __future__ import annotations

import pytest

from evals.agreement import cohen_kappa, krippendorff_alpha, squared


def test_cohen_on_a_worked_example():
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: observed .7, by chance .5, kappa .4."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohen_kappa(pairs) == pytest.approx(0.4)


def test_krippendorff_on_a_worked_example():
    """Two raters, ten items, two labels: Krippendorff's own example gives .095."""
    one, other = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert krippendorff_alpha(list(zip(one, other, strict=True))) == pytest.approx(0.095, abs=0.001)


def test_agreement_is_1_when_all_agree_and_none_without_a_second_rater():
    """One rater agrees with nobody."""
    assert krippendorff_alpha([("a", "a"), ("b", "b")]) == 1
    assert cohen_kappa([("a", "a")]) == 1
    assert krippendorff_alpha([("a",), ("b",)]) is None
    assert cohen_kappa([]) is None


def test_marks_that_are_near_disagree_less_than_marks_that_are_far():
    """On an interval scale 4 against 5 is a smaller disagreement than 1 against 5."""
    near = krippendorff_alpha([(5, 4), (1, 1), (3, 3), (5, 5)], squared)
    far = krippendorff_alpha([(5, 1), (1, 1), (3, 3), (5, 5)], squared)
    assert near > far
