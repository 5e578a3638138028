"""Whether a can-I question gets the right yes or no, and the same one however it is put.

An answer reads as the case's polarity where it quotes every fact that decides it. Otherwise it reads as its
first sentence does: no where that negates, else yes. An answer without sentences reads as none.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from evals.metrics.base import Better, PerTrial, Score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.trial import Trial


@dataclass(frozen=True)
class PolarityAccuracy(PerTrial):
    """Whether the answer reads as the expected yes or no."""

    name: str = "polarity accuracy"
    check: bool = True
    better: Better = Better.HIGHER

    def score(self, trial: Trial) -> Score | None:
        """1 or 0; None for a case without polarity."""
        if trial.case.polarity is None:
            return None
        read, why = reading(trial)
        return Score(float(read == trial.case.polarity), f"reads as {read}: {why}")


@dataclass(frozen=True)
class PolarityAgreement:
    """For each rephrasing, the share of the others in its group whose answer reads the same."""

    name: str = "polarity agreement"
    check: bool = False
    better: Better = Better.HIGHER

    def scores(self, trials: Sequence[Trial]) -> list[Score | None]:
        """None for a case that is in no group, or alone in it."""
        groups: dict[tuple[str, int], list[Trial]] = defaultdict(list)
        for trial in trials:
            if trial.case.group:
                groups[trial.case.group, trial.repeat].append(trial)
        return [self._one(trial, groups.get((trial.case.group or "", trial.repeat), [])) for trial in trials]

    def _one(self, trial: Trial, group: list[Trial]) -> Score | None:
        others = [each for each in group if each is not trial]
        if not others:
            return None
        own, _ = reading(trial)
        same = [each for each in others if reading(each)[0] == own]
        differ = sorted(each.case.id for each in others if each not in same)
        also = f"; otherwise: {', '.join(differ)}" if differ else ""
        return Score(len(same) / len(others), f"reads {own}, as do {len(same)} of {len(others)}{also}")


def reading(trial: Trial) -> tuple[str, str]:
    """yes, no or none, and why."""
    case = trial.case
    if not trial.answered:
        return "none", "nothing was shown"
    if case.polarity and case.facts and all(fact in trial.quoted for fact in case.facts):
        return case.polarity, "every fact that decides it is quoted"
    first = trial.answer.sentences[0].text
    word = _negation().search(first.casefold())
    return (
        ("no", f"its first sentence says {word.group()!r}")
        if word
        else ("yes", "its first sentence negates nothing")
    )


@cache
def _negation() -> re.Pattern[str]:
    text = files(__package__).joinpath("polarity.toml").read_text(encoding="utf-8")
    words = [word for language in tomllib.loads(text)["no"].values() for word in language]
    return re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, words))})(?![\w'])")
