"""Intervals: seeded, wider for less evidence, and honest about cases that belong together."""

from __future__ import annotations

from math import nan

import pytest

from evals import figure


def test_the_same_values_give_the_same_interval_around_their_mean():
    """Nobody can shop for a lucky draw."""
    values = [1.0, 0.0, 1.0, 1.0] * 10
    one = figure(values)
    assert one == figure(values)
    assert one.low < one.mean == 0.75 < one.high


def test_rephrasings_are_no_independent_evidence():
    """Forty answers to ten questions tell less than forty questions."""
    values = [float(at // 4 % 2) for at in range(40)]
    alone, together = figure(values), figure(values, [at // 4 for at in range(40)])
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_what_does_not_apply_is_left_out_and_what_is_no_number_counts_as_nothing():
    """None is no case; NaN is a case that failed."""
    found = figure([1.0, None, nan])
    assert (found.mean, found.n, found.nan) == (0.5, 2, 1)
    assert figure([None]) is None


def test_coverage_of_the_interval():
    """Of 200 samples of a fair coin, the interval holds the truth in about 95 of 100."""
    import numpy as np

    draws = np.random.default_rng(7).integers(0, 2, (200, 60))
    held = [found.low <= 0.5 <= found.high for row in draws if (found := figure(row.tolist()))]
    assert np.mean(held) == pytest.approx(0.95, abs=0.04)
