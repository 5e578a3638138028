"""Whether retrieval ranks an expected page, and how high. Any one of a case's pages will do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.metrics.base import Better, PerTrial, Score
from evals.ranking import first_relevant, ndcg, recall, reciprocal_rank

if TYPE_CHECKING:
    from evals.trial import Trial

_EXPECTED = {"expected": 1}


@dataclass(frozen=True)
class RecallAt(PerTrial):
    """Whether an expected page is among the first `k`."""

    k: int
    check: bool = False
    better: Better = Better.HIGHER

    @property
    def name(self) -> str:
        """Such as recall@5."""
        return f"recall@{self.k}"

    def score(self, trial: Trial) -> Score | None:
        """1 or 0."""
        ranked = _ranked(trial)
        return None if ranked is None else Score(recall(ranked, _EXPECTED, self.k), _where(trial, ranked))


@dataclass(frozen=True)
class NdcgAt(PerTrial):
    """How high the expected page stands among the first `k`, discounted by the logarithm of its rank."""

    k: int = 10
    check: bool = False
    better: Better = Better.HIGHER

    @property
    def name(self) -> str:
        """Such as ndcg@10."""
        return f"ndcg@{self.k}"

    def score(self, trial: Trial) -> Score | None:
        """From 0 to 1."""
        ranked = _ranked(trial)
        return None if ranked is None else Score(ndcg(ranked, _EXPECTED, self.k), _where(trial, ranked))


@dataclass(frozen=True)
class ReciprocalRank(PerTrial):
    """One over the rank of the expected page."""

    name: str = "mrr"
    check: bool = False
    better: Better = Better.HIGHER

    def score(self, trial: Trial) -> Score | None:
        """From 0 to 1."""
        ranked = _ranked(trial)
        return None if ranked is None else Score(reciprocal_rank(ranked, _EXPECTED), _where(trial, ranked))


def _ranked(trial: Trial) -> list[str] | None:
    """Page ids with all expected pages as one; None for a case that expects no page."""
    if not trial.case.pages or not trial.case.answerable:
        return None
    names = frozenset(trial.case.pages)
    return ["expected" if each.is_any(names) else each.page_id for each in trial.asked.ranked]


def _where(trial: Trial, ranked: list[str]) -> str:
    rank = first_relevant(ranked, _EXPECTED)
    expected = " or ".join(trial.case.pages)
    if rank is None:
        return f"{expected} is not among the {len(ranked)} pages ranked"
    return f"{expected} is page {rank} of {len(ranked)}"
