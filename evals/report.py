"""Everything that a report on a run shows, as values: figures, curves, each failing case with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from evals.metrics import LATENCY
from evals.plots import Axis, Line, histogram, intervals, lines
from evals.scoring import PASSED, score_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.intervals import Figure
    from evals.metrics import Score
    from evals.runs import Run
    from evals.scoring import Sheet
    from evals.trial import Trial

DEPTH = 20
"""Ranks of the retrieval curve."""

MOST_ROWS = 30
"""Values of a tag that a plot shows; the table has them all."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """One trial with what each check said of it."""

    at: int
    trial: Trial
    passed: bool
    failing: tuple[str, ...]
    scores: Mapping[str, Score]

    @property
    def name(self) -> str:
        """Its case, and which repeat of it, where there are several."""
        return f"{self.trial.case.id} ({self.trial.repeat + 1})" if self.trial.repeat else self.trial.case.id


@dataclass(frozen=True, slots=True)
class Cut:
    """What a threshold on confidence would do: what is answered of what can be, and of what cannot."""

    cut: float
    answered: float | None
    """Share of the answerable cases at or above the cut."""
    declined: float | None
    """Share of the unanswerable ones below it."""


@dataclass(frozen=True)
class Report:
    """A run, its sheet, and the runs before it."""

    run: Run
    sheet: Sheet
    earlier: Sequence[Run] = ()
    """Finished runs of the same suite, oldest first, this one included."""

    @cached_property
    def cases(self) -> tuple[CaseView, ...]:
        """Every trial, in the order of the suite."""
        return tuple(view(self.sheet, at) for at in range(len(self.sheet.trials)))

    @cached_property
    def failed(self) -> tuple[CaseView, ...]:
        """The trials that do not pass."""
        return tuple(each for each in self.cases if not each.passed)

    @cached_property
    def latency(self) -> dict[str, tuple[Figure, float, float]]:
        """For each step: mean with interval, median and 95th percentile, in milliseconds."""
        sheet = score_all(self.sheet.trials, LATENCY)
        found: dict[str, tuple[Figure, float, float]] = {}
        for metric in LATENCY:
            values = sorted(score.value for score in sheet.scores[metric.name] if score)
            if values:
                last = values[min(len(values) - 1, round(0.95 * (len(values) - 1)))]
                found[metric.name] = (sheet.figures[metric.name], values[len(values) // 2], last)
        return found

    @cached_property
    def recall_curve(self) -> tuple[tuple[int, float], ...]:
        """Share of cases with an expected page among the first k, for k to `DEPTH`."""
        ranks = [_rank(trial) for trial in self.sheet.trials if trial.case.pages and trial.case.answerable]
        if not ranks:
            return ()
        return tuple(
            (k, sum(rank is not None and rank <= k for rank in ranks) / len(ranks))
            for k in range(1, DEPTH + 1)
        )

    @cached_property
    def calibration(self) -> tuple[Cut, ...]:
        """What each cut from 0 to 1 would answer and decline."""
        trials = [each for each in self.sheet.trials if each.answer.confidence is not None]
        trials = [each for each in trials if not each.case.either_ending]
        known = [each.answer.confidence or 0.0 for each in trials if each.case.answerable]
        unknown = [each.answer.confidence or 0.0 for each in trials if not each.case.answerable]
        return tuple(_cut(at / 20, known, unknown) for at in range(21)) if trials else ()

    def plots(self) -> dict[str, str]:
        """SVG by what it shows; what there are no numbers for is left out."""
        made = {f"by {tag}": _tag_plot(tag, values) for tag, values in self.sheet.by_tag().items()}
        if self.recall_curve:
            made["retrieval"] = _recall_plot(self.recall_curve)
        if self.calibration:
            made["calibration"] = _calibration_plot(self.calibration)
        totals = [trial.timings["total"] for trial in self.sheet.trials if "total" in trial.timings]
        if totals:
            made["latency"] = histogram("Time of a whole answer", "milliseconds", totals)
        if len(self.earlier) > 1:
            made["trend"] = _trend_plot(self.earlier)
        return made


def view(sheet: Sheet, at: int) -> CaseView:
    """Trial number `at` with its scores."""
    return CaseView(at, sheet.trials[at], sheet.passed[at], sheet.failing(at), sheet.row(at))


def _rank(trial: Trial) -> int | None:
    names = frozenset(trial.case.pages)
    return next((rank for rank, each in enumerate(trial.asked.ranked, start=1) if each.is_any(names)), None)


def _cut(cut: float, known: list[float], unknown: list[float]) -> Cut:
    answered = sum(each >= cut for each in known) / len(known) if known else None
    declined = sum(each < cut for each in unknown) / len(unknown) if unknown else None
    return Cut(cut, answered, declined)


def _tag_plot(tag: str, values: Mapping[str, Mapping[str, Figure]]) -> str:
    rows = [(f"{value} ({each[PASSED].n})", each[PASSED]) for value, each in values.items()]
    rows.sort(key=lambda row: row[1].mean)
    shown = [(name, each.mean, each.low, each.high) for name, each in rows[:MOST_ROWS]]
    rest = f", the {MOST_ROWS} lowest" if len(rows) > MOST_ROWS else ""
    return intervals(f"Share of cases that pass, by {tag}{rest}", shown)


def _recall_plot(curve: tuple[tuple[int, float], ...]) -> str:
    points = tuple((float(k), value) for k, value in curve)
    said = f"From {curve[0][1]:.3f} at 1 to {curve[-1][1]:.3f} at {curve[-1][0]}."
    axes = Axis("pages looked at", 0, DEPTH), Axis("share", 0, 1)
    return lines("Expected page among the first k", said, *axes, [Line("recall@k", points)])


def _calibration_plot(cuts: tuple[Cut, ...]) -> str:
    drawn = []
    if any(each.answered is not None for each in cuts):
        points = tuple((each.cut, each.answered or 0.0) for each in cuts)
        drawn.append(Line("answerable, answered", points))
    if any(each.declined is not None for each in cuts):
        points = tuple((each.cut, each.declined or 0.0) for each in cuts)
        drawn.append(Line("unanswerable, declined", points))
    axes = Axis("threshold on confidence", 0, 1), Axis("share", 0, 1)
    return lines("What each threshold would answer and decline", "Two curves.", *axes, drawn)


def _trend_plot(runs: Sequence[Run]) -> str:
    names = (PASSED, "recall@1", "fact recall")
    drawn = []
    for name in names:
        points = [
            (float(at), run.figures[name]["mean"]) for at, run in enumerate(runs) if name in run.figures
        ]
        if points:
            drawn.append(Line(name, tuple(points)))
    axes = Axis(f"runs {runs[0].id} to {runs[-1].id}", 0, max(1, len(runs) - 1)), Axis("mean", 0, 1)
    return lines("The latest runs of this suite", f"{len(runs)} runs.", *axes, drawn)
