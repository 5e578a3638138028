"""Sheets of scores and lists of runs on a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table

from assistant import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals import Run, Sheet

_ANSWER = TypeAdapter(Answer)


def show_sheet(title: str, sheet: Sheet, *, failures: bool) -> None:
    """A table of figures and, if so asked, each case that failed with what its checks said."""
    console = Console(highlight=False)
    table = Table(title=title)
    for column in ("metric", "mean", "95 % interval", "n"):
        table.add_column(column, justify="left" if column == "metric" else "right")
    for name, value in sheet.figures.items():
        nan = f" ({value.nan} not a number)" if value.nan else ""
        table.add_row(name, f"{value.mean:.3f}", f"{value.low:.3f} to {value.high:.3f}", f"{value.n}{nan}")
    console.print(table)
    for at, trial in enumerate(sheet.trials) if failures else ():
        if not sheet.passed[at]:
            console.print(f"\n{trial.case.id}: {trial.case.question}", markup=False)
            for name in sheet.failing(at):
                console.print(f"  {name}: {sheet.row(at)[name].explanation}", markup=False, soft_wrap=True)
            for sentence in trial.answer.sentences:
                console.print(f"    {sentence.text}", markup=False, soft_wrap=True)


def print_sheet(sheet: Sheet) -> None:
    """One JSON object a trial."""
    for at, trial in enumerate(sheet.trials):
        row: dict[str, Any] = {"id": trial.case.id, "repeat": trial.repeat, "passed": sheet.passed[at]}
        row["failing"] = sheet.failing(at)
        row["scores"] = {
            name: {"value": score.value, "explanation": score.explanation}
            for name, score in sheet.row(at).items()
        }
        row["answer"] = _ANSWER.dump_python(trial.answer, mode="json")
        row["timings"] = dict(trial.timings)
        print(json.dumps(row, ensure_ascii=False))


def show_runs(runs: Sequence[Run]) -> None:
    """A table of runs, newest first."""
    table = Table("run", "suite", "configuration", "index", "started", "state", "asked", "passed")
    for run in runs:
        passed = run.figures.get("passed")
        share = f"{passed['mean']:.3f} of {passed['n']:.0f}" if passed else ""
        table.add_row(
            f"{run.id}{'*' if run.accepted else ''}",
            run.suite,
            run.configuration_name,
            str(run.basis.index_version),
            f"{run.started_at:%Y-%m-%d %H:%M}",
            run.state,
            str(run.asked),
            share,
        )
    Console(highlight=False).print(table)
