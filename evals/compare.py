"""Two runs side by side: paired differences, whether they could be chance, and which cases flipped."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, isnan
from typing import TYPE_CHECKING

from evals.intervals import Figure, figure
from evals.metrics import Better
from evals.scoring import PASSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.metrics import Score
    from evals.scoring import Sheet

CHANCE = 0.05
"""Below this a difference is called significant."""


@dataclass(frozen=True, slots=True)
class Paired:
    """One metric over the cases that both runs asked and to which it applies in both."""

    metric: str
    better: Better
    before: float
    after: float
    difference: Figure
    """After less before, with a paired bootstrap interval."""
    p: float | None
    """McNemar's exact test, for a metric that only says right or wrong; None for others."""

    @property
    def significant(self) -> bool:
        """Whether the difference is unlikely to be chance: by the test if there is one, else the interval."""
        if self.p is not None:
            return self.p < CHANCE
        return self.difference.low > 0 or self.difference.high < 0


@dataclass(frozen=True, slots=True)
class Flip:
    """A case that passes in one of the runs only."""

    case_id: str
    repeat: int
    question: str
    before: int
    """Its place in the earlier sheet."""
    after: int
    failing: tuple[str, ...]
    """The checks that fail where it does not pass."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between two sheets of the same suite."""

    pairs: int
    metrics: tuple[Paired, ...]
    fixed: tuple[Flip, ...]
    broken: tuple[Flip, ...]
    only_before: tuple[str, ...]
    """Cases that the later run did not ask, or asked in other words."""
    only_after: tuple[str, ...]


def compare(before: Sheet, after: Sheet) -> Comparison:
    """Pair the trials by case and repeat; a case whose question was changed is no pair."""
    places = {_key(before, at): at for at in range(len(before.trials))}
    others = {_key(after, at): at for at in range(len(after.trials))}
    pairs = [(places[key], at) for key, at in others.items() if key in places]
    return Comparison(
        pairs=len(pairs),
        metrics=tuple(_metrics(before, after, pairs)),
        fixed=tuple(_flip(before, after, b, a) for b, a in pairs if after.passed[a] > before.passed[b]),
        broken=tuple(_flip(before, after, b, a) for b, a in pairs if after.passed[a] < before.passed[b]),
        only_before=tuple(sorted({key[0] for key in places if key not in others})),
        only_after=tuple(sorted({key[0] for key in others if key not in places})),
    )


def mcnemar(lost: int, won: int) -> float:
    """Two-sided exact p of McNemar's test (1947): of those that changed, as many each way by chance?"""
    n, fewer = lost + won, min(lost, won)
    return min(1.0, 2 * sum(comb(n, k) for k in range(fewer + 1)) / 2**n) if n else 1.0


def _key(sheet: Sheet, at: int) -> tuple[str, int, str, tuple[str, ...]]:
    trial = sheet.trials[at]
    return trial.case.id, trial.repeat, trial.case.question, trial.case.history


def _metrics(before: Sheet, after: Sheet, pairs: Sequence[tuple[int, int]]) -> list[Paired]:
    passed = [(float(before.passed[b]), float(after.passed[a])) for b, a in pairs]
    clusters = [after.trials[a].case.group or after.trials[a].case.id for _, a in pairs]
    found = [_paired(PASSED, Better.HIGHER, passed, clusters)]
    for metric in after.metrics:
        if metric.name not in before.scores:
            continue
        both = [
            (_value(earlier), _value(later), cluster)
            for (b, a), cluster in zip(pairs, clusters, strict=True)
            if (earlier := before.scores[metric.name][b]) and (later := after.scores[metric.name][a])
        ]
        if both:
            values, names = [each[:2] for each in both], [each[2] for each in both]
            found.append(_paired(metric.name, metric.better, values, names))
    return [each for each in found if each is not None]


def _value(score: Score) -> float:
    """What is no number counts as nothing."""
    return 0.0 if isnan(score.value) else score.value


def _paired(
    name: str, better: Better, values: Sequence[tuple[float, float]], clusters: Sequence[str]
) -> Paired | None:
    difference = figure([after - before for before, after in values], clusters)
    if difference is None:
        return None
    binary = all(value in {0.0, 1.0} for pair in values for value in pair)
    lost = sum(before > after for before, after in values)
    won = sum(after > before for before, after in values)
    return Paired(
        metric=name,
        better=better,
        before=sum(before for before, _ in values) / len(values),
        after=sum(after for _, after in values) / len(values),
        difference=difference,
        p=mcnemar(lost, won) if binary else None,
    )


def _flip(before: Sheet, after: Sheet, b: int, a: int) -> Flip:
    trial = after.trials[a]
    failing = before.failing(b) or after.failing(a)
    return Flip(trial.case.id, trial.repeat, trial.case.question, b, a, failing)
