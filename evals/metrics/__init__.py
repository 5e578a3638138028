"""The metrics, one idea a file; none needs a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.errors import EvalError
from evals.metrics.abstention import AbstentionPrecision, AbstentionRecall, AnsweredRightly
from evals.metrics.base import Better, Metric, Score
from evals.metrics.citations import CitationPrecision, CitationValidity, ForbiddenPages
from evals.metrics.facts import FactRecall, ForbiddenFacts
from evals.metrics.latency import STEPS, StepTime
from evals.metrics.polarity import PolarityAccuracy, PolarityAgreement
from evals.metrics.privacy import NoPersonalInformation
from evals.metrics.readability import ReadingAge, SentenceLength, Words
from evals.metrics.refusal import Ending, Refusal
from evals.metrics.retrieval import NdcgAt, RecallAt, ReciprocalRank

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DETERMINISTIC", "LATENCY", "Better", "Metric", "Score", "chosen"]

DETERMINISTIC: tuple[Metric, ...] = (
    RecallAt(1, check=True),
    RecallAt(5),
    RecallAt(20),
    NdcgAt(10),
    ReciprocalRank(),
    FactRecall(),
    ForbiddenFacts(),
    CitationValidity(),
    CitationPrecision(),
    ForbiddenPages(),
    AnsweredRightly(),
    AbstentionPrecision(),
    AbstentionRecall(),
    Refusal(),
    Ending(),
    PolarityAccuracy(),
    PolarityAgreement(),
    NoPersonalInformation(),
    Words(),
    SentenceLength(),
    ReadingAge(),
)
"""Equal trials give equal scores."""

LATENCY: tuple[Metric, ...] = tuple(StepTime(step) for step in STEPS)
"""As it was when each answer was made, beside whatever else the machine did."""


def chosen(names: Iterable[str]) -> tuple[Metric, ...]:
    """The metrics of those names; raises `EvalError` that lists the names that there are."""
    known = {metric.name: metric for metric in (*DETERMINISTIC, *LATENCY)}
    wanted = [name.strip() for name in names]
    if unknown := [name for name in wanted if name not in known]:
        raise EvalError(
            f"there is no metric {', '.join(map(repr, unknown))}", what_to_do=f"Metrics: {', '.join(known)}."
        )
    return tuple(known[name] for name in wanted)
