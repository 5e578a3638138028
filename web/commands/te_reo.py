"""`eval tereo` and `eval language`: te reo Māori beside English, and how surely it is recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from evals.languages import score_languages
from evals.te_reo import WITHIN, Comparison, compare_te_reo
from web.commands import FAILED, errors_told, with_services

if TYPE_CHECKING:
    from evals import Figure, Sheet
    from web.main import Services

ShowFailures = Annotated[bool, typer.Option("--failures", help="Show each case that did not pass.")]


def te_reo(failures: ShowFailures = False) -> None:
    """Ask each question of suite tereo in both languages; ends with code 1 where te reo Māori is worse."""

    async def work(built: Services) -> Comparison:
        return await compare_te_reo(built.assistant)

    found = with_services(work)
    _show(found, failures=failures)
    if not found.passed:
        raise typer.Exit(FAILED)


def language(failures: ShowFailures = False) -> None:
    """Recognise the language of the labelled sentences; ends with code 1 below 0.98 on the held-out half."""
    with errors_told():
        found = score_languages()
    console = Console(highlight=False)
    table = Table(title="Language of a question")
    for column in ("half", "sentences of", "recognised"):
        table.add_column(column)
    for half, group, text in found.rows:
        table.add_row(half, group, text)
    console.print(table)
    for wrong in found.wrong if failures else ():
        console.print(wrong, markup=False, soft_wrap=True)
    if not found.passed:
        raise typer.Exit(FAILED)


def _show(found: Comparison, *, failures: bool) -> None:
    console = Console(highlight=False)
    table = Table(title=f"tereo: {len(found.te_reo.trials)} questions in both languages")
    for column in ("metric", "te reo Māori", "English"):
        table.add_column(column, justify="left" if column == "metric" else "right")
    english = found.english.figures
    for name, value in found.te_reo.figures.items():
        table.add_row(name, _given(value), _given(english[name]) if name in english else "")
    console.print(table)
    console.print(
        f"Passed in te reo Māori less passed in English, pair by pair: {_given(found.difference)}"
        f" (target: no less than {-WITHIN:.2f})."
    )
    for name, value in found.recall.items():
        console.print(f"Page among the first five, {name}: {_given(value)} (target: all the same).")
    console.print(f"Quotes with macrons that keep them all: {_given(found.macrons_kept)} (target: 1).")
    if failures:
        _show_failures(console, found.te_reo)
        _show_failures(console, found.english)


def _show_failures(console: Console, sheet: Sheet) -> None:
    for at, trial in enumerate(sheet.trials):
        if failing := sheet.failing(at):
            titles = [source.title for source in trial.answer.sources[:3]]
            console.print(f"{trial.case.id}: {trial.case.question}", markup=False, soft_wrap=True)
            console.print(
                f"  fails {', '.join(failing)}; expected {trial.case.pages} {trial.case.facts}", markup=False
            )
            console.print(f"  {trial.answer.outcome}, {trial.answer.language}: {titles}", markup=False)
            console.print(f"    {trial.shown}", markup=False, soft_wrap=True)


def _given(value: Figure) -> str:
    return f"{value.mean:.3f} [{value.low:.3f}, {value.high:.3f}]"
