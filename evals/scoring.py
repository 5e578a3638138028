"""Trials become a sheet of scores, and a sheet becomes figures: overall and by tag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from anyio import to_thread

from evals.intervals import Figure, figure
from evals.metrics import DETERMINISTIC, Metric, Score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.runs import Runs
    from evals.trial import Trial

PASSED = "passed"
"""The name under which the share of cases that pass every check is given."""


@dataclass(frozen=True)
class Sheet:
    """Every trial's score by every metric that was asked for."""

    trials: tuple[Trial, ...]
    metrics: tuple[Metric, ...]
    scores: Mapping[str, tuple[Score | None, ...]]
    """By metric, one entry for each trial."""

    @cached_property
    def passed(self) -> tuple[bool, ...]:
        """For each trial, whether every check that applies to it holds."""
        return tuple(not self.failing(at) for at in range(len(self.trials)))

    def failing(self, at: int) -> tuple[str, ...]:
        """Names of the checks that trial number `at` fails; a score that is no number is a failure."""
        each = ((metric, self.scores[metric.name][at]) for metric in self.metrics)
        return tuple(metric.name for metric, score in each if score and metric.check and score.failed)

    def row(self, at: int) -> dict[str, Score]:
        """The scores of trial number `at` that apply."""
        each = {name: column[at] for name, column in self.scores.items()}
        return {name: score for name, score in each.items() if score is not None}

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Mean and interval of every metric that applies to at least one trial, those that pass first."""
        return self.figures_of(range(len(self.trials)))

    def figures_of(self, places: Sequence[int]) -> dict[str, Figure]:
        """The same over some of the trials."""
        clusters = [self.trials[at].case.group or self.trials[at].case.id for at in places]
        columns: dict[str, list[float | None]] = {PASSED: [float(self.passed[at]) for at in places]}
        for metric in self.metrics:
            column = self.scores[metric.name]
            columns[metric.name] = [score.value if (score := column[at]) else None for at in places]
        found = {name: figure(values, clusters) for name, values in columns.items()}
        return {name: value for name, value in found.items() if value is not None}

    def by_tag(self) -> dict[str, dict[str, dict[str, Figure]]]:
        """Figures by tag and value, such as topic, passports; and by language."""
        places: dict[str, dict[str, list[int]]] = {}
        for at, trial in enumerate(self.trials):
            for tag, value in {"language": trial.case.language, **trial.case.tags}.items():
                places.setdefault(tag, {}).setdefault(value, []).append(at)
        return {
            tag: {value: self.figures_of(some) for value, some in sorted(values.items())}
            for tag, values in sorted(places.items())
        }


def score_all(trials: Sequence[Trial], metrics: Sequence[Metric] = DETERMINISTIC) -> Sheet:
    """Score trials that were asked at any time; nothing is asked or looked up."""
    columns = {metric.name: tuple(metric.scores(trials)) for metric in metrics}
    return Sheet(tuple(trials), tuple(metrics), columns)


async def sheet_of(runs: Runs, number: int, metrics: Sequence[Metric] = DETERMINISTIC) -> Sheet:
    """The sheet of run `number`, scored anew from what was kept; raises `UnknownRun`.

    In a thread: a thousand answers take a second to score, in which others are answered.
    """
    return await to_thread.run_sync(score_all, await runs.trials(number), metrics)
