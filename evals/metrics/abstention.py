"""Whether the assistant answers what its pages answer, and declines the rest.

To decline is to show no sentence about the matter, whatever the ending is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.metrics.base import Better, PerTrial, Score

if TYPE_CHECKING:
    from evals.trial import Trial


@dataclass(frozen=True)
class AbstentionPrecision(PerTrial):
    """Of what was declined, the share that the pages do not answer."""

    name: str = "abstention precision"
    check: bool = False
    better: Better = Better.HIGHER

    def score(self, trial: Trial) -> Score | None:
        """None for what was answered, and where either is right."""
        if trial.answered or trial.case.either_ending:
            return None
        right = not trial.case.answerable
        return Score(float(right), f"declined what the pages {'do not answer' if right else 'answer'}")


@dataclass(frozen=True)
class AbstentionRecall(PerTrial):
    """Of what the pages do not answer, the share that was declined."""

    name: str = "abstention recall"
    check: bool = False
    better: Better = Better.HIGHER

    def score(self, trial: Trial) -> Score | None:
        """None for what the pages answer."""
        if trial.case.answerable:
            return None
        return Score(float(not trial.answered), "answered" if trial.answered else "declined")


@dataclass(frozen=True)
class AnsweredRightly(PerTrial):
    """Whether what can be answered was, or such a page was offered to choose; and the rest was declined."""

    name: str = "answered or declined rightly"
    check: bool = True
    better: Better = Better.HIGHER

    def score(self, trial: Trial) -> Score | None:
        """None where either is right, or the expected ending says more: a refusal, a card for a crisis."""
        if trial.case.either_ending or trial.case.outcome not in {None, "answered", "not_found"}:
            return None
        did = "answered" if trial.answered else f"declined ({trial.answer.outcome})"
        if trial.offered:
            did = "offered a page that answers"
        sure = trial.answer.confidence
        with_confidence = "" if sure is None else f" with confidence {sure:.2f}"
        right = (trial.answered or trial.offered) == trial.case.answerable
        due = "" if right else f"; should have {'answered' if trial.case.answerable else 'declined'}"
        return Score(float(right), f"{did}{with_confidence}{due}")
