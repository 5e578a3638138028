"""What a metric is: it gives trials a score with its explanation, or none where it does not apply."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import isnan
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.trial import Trial


class Better(StrEnum):
    """Which way a metric improves."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Score:
    """A value and why it is so, in words that an evaluator can check."""

    value: float
    explanation: str

    @property
    def failed(self) -> bool:
        """Below the best, or not a number: of a check, which has only right and wrong, that is a failure."""
        return isnan(self.value) or self.value < 1


class Metric(Protocol):
    """One thing that is measured."""

    @property
    def name(self) -> str:
        """As reports, gates and `--metrics` call it."""
        ...

    @property
    def better(self) -> Better:
        """Which way it improves."""
        ...

    @property
    def check(self) -> bool:
        """Whether a case passes only with a score of 1."""
        ...

    def scores(self, trials: Sequence[Trial]) -> list[Score | None]:
        """One entry for each trial, in order."""
        ...


class PerTrial:
    """A metric that needs one trial at a time."""

    def score(self, trial: Trial) -> Score | None:
        """The trial's score; None where the metric does not apply."""
        raise NotImplementedError

    def scores(self, trials: Sequence[Trial]) -> list[Score | None]:
        """One entry for each trial, in order."""
        return [self.score(trial) for trial in trials]
