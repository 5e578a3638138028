"""How sure a mean is: percentile bootstrap intervals (Efron, 1979), drawn by cluster of cases."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

RESAMPLES = 2_000
"""Enough for two steady digits of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over `n` cases with its 95 % bootstrap interval; `nan` of them gave no number and count as 0."""

    mean: float
    low: float
    high: float
    n: int
    nan: int = 0


def figure(
    values: Sequence[float | bool | None], clusters: Sequence[Hashable] | None = None
) -> Figure | None:
    """Mean and interval of the values that apply, that is, are not None; None without any.

    Values of the same cluster (rephrasings of one question) are drawn together, since they are no
    independent evidence. The generator is seeded: the same values give the same interval.
    """
    kept = [at for at, value in enumerate(values) if value is not None]
    if not kept:
        return None
    raw = [float(values[at]) for at in kept]  # type: ignore[arg-type]  # `kept` leaves None out
    numbers = np.array([0.0 if isnan(value) else value for value in raw])
    names = [clusters[at] if clusters else at for at in kept]
    low, high = np.percentile(resampled_means(numbers, names), [2.5, 97.5])
    return Figure(
        round(float(numbers.mean()), 6),
        round(float(low), 6),
        round(float(high), 6),
        len(numbers),
        sum(map(isnan, raw)),
    )


def resampled_means(numbers: NDArray[np.float64], clusters: Sequence[Hashable]) -> NDArray[np.float64]:
    """Means of `RESAMPLES` draws of whole clusters, with replacement."""
    place = {name: at for at, name in enumerate(dict.fromkeys(clusters))}
    member = np.array([place[name] for name in clusters])
    sums = np.bincount(member, weights=numbers, minlength=len(place))
    sizes = np.bincount(member, minlength=len(place))
    drawn = np.random.default_rng(0).integers(0, len(place), (RESAMPLES, len(place)))
    return np.asarray(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1))
