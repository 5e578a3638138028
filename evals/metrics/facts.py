"""Whether an answer shows what it must, and nothing that it must not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.metrics.base import Better, PerTrial, Score

if TYPE_CHECKING:
    from evals.trial import Trial


@dataclass(frozen=True)
class FactRecall(PerTrial):
    """Share of the expected facts that stand in what the answer quotes."""

    name: str = "fact recall"
    check: bool = True
    better: Better = Better.HIGHER

    def score(self, trial: Trial) -> Score | None:
        """None where the case expects no fact."""
        facts = trial.case.facts if trial.case.answerable else ()
        if not facts:
            return None
        missing = [fact for fact in facts if fact not in trial.quoted]
        shown = len(facts) - len(missing)
        lost = f"; missing: {' | '.join(missing)}" if missing else ""
        return Score(shown / len(facts), f"{shown} of {len(facts)} facts are quoted{lost}")


@dataclass(frozen=True)
class ForbiddenFacts(PerTrial):
    """Whether no forbidden text is shown or quoted."""

    name: str = "forbidden facts"
    check: bool = True
    better: Better = Better.HIGHER

    def score(self, trial: Trial) -> Score | None:
        """1 or 0; None where the case forbids none."""
        if not trial.case.forbidden:
            return None
        said = f"{trial.shown}\n{trial.quoted}"
        found = [text for text in trial.case.forbidden if text in said]
        return Score(float(not found), f"shows: {' | '.join(found)}" if found else "shows none of them")
