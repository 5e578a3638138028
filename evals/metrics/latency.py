"""How long a step took, in milliseconds, when the answer was made; no part of what must be equal bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.metrics.base import Better, PerTrial, Score

if TYPE_CHECKING:
    from evals.trial import Trial

STEPS = ("screen", "retrieve", "compose", "total")


@dataclass(frozen=True)
class StepTime(PerTrial):
    """Time of one step."""

    step: str
    check: bool = False
    better: Better = Better.LOWER

    @property
    def name(self) -> str:
        """Such as ms total."""
        return f"ms {self.step}"

    def score(self, trial: Trial) -> Score | None:
        """None for a step that was not reached."""
        spent = trial.timings.get(self.step)
        return None if spent is None else Score(spent, f"{spent:.1f} ms")
