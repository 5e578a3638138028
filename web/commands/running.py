"""`eval run`, `score`, `runs`, `replay`, `export`, `delete`: suites are asked and answers kept."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evals import (
    DETERMINISTIC,
    LATENCY,
    Order,
    Sheet,
    UnknownRun,
    ask,
    chosen,
    dump_trial,
    load,
    run,
    sheet_of,
)
from ingest import open_embedder
from web.commands import FAILED, errors_told, with_services
from web.commands.guard_figures import score_guards
from web.commands.judged import installed, ragas_scores, show_judged
from web.commands.sheets import print_sheet, show_runs, show_sheet
from web.evaluating import named_configuration, own_suites
from web.progress import Counter
from web.settings import Settings
from web.terminal import show_answer

if TYPE_CHECKING:
    from evals import Run, Trial
    from web.main import Services

GUARDRAILS = "guardrails"

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a case.")]
FailuresOption = Annotated[bool, typer.Option("--failures", help="Show each case that did not pass.")]
RagasOption = Annotated[
    bool | None,
    typer.Option("--ragas/--no-ragas", help="ragas' metrics: by default where the extra is installed."),
]
RunArgument = Annotated[int, typer.Argument(help="Number of a run: `eval runs` lists them.")]


def run_suite(
    suite: Annotated[str, typer.Argument(help="Name of a shipped suite, or a .jsonl file.")],
    config: Annotated[str | None, typer.Option(help="A configuration by name, or a .toml file.")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="Ask so many cases, always the same.")] = None,
    repeat: Annotated[int, typer.Option(min=1, help="Ask each case so often.")] = 1,
    parallel: Annotated[int, typer.Option(min=1, max=64, help="Questions asked at once.")] = 2,
    resume: Annotated[
        int | None,
        typer.Option(
            help="Go on with this run that broke off; without it, the latest of just these questions."
        ),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask again also what is known.")] = False,
    as_json: JsonOption = False,
    failures: FailuresOption = False,
    ragas: RagasOption = None,
) -> None:
    """Ask every question of a suite and measure the answers; `guardrails` measures the guards.

    A run that broke off is gone on with: what it had answered is not asked again.
    """
    if suite == GUARDRAILS:
        score_guards(as_json=as_json, failures=failures)
        return

    async def work(built: Services) -> tuple[Run, Sheet]:
        chosen_suite = load(suite, own_suites(built))
        take_up = resume is None and not fresh
        order = Order(chosen_suite, sample, repeat, parallel, fresh, resume=resume, take_up=take_up)
        newest = next(iter(await built.runs.list(limit=1)), None)
        configuration = await named_configuration(config, built)
        async with built.subject(configuration) as subject:
            with Counter(suite, quiet=as_json) as counter:
                number = await run(order, subject, built.runs, counter)
        if take_up and newest is not None and number <= newest.id:
            print(f"Went on with run {number}, which had broken off.", file=sys.stderr)
        sheet = await sheet_of(built.runs, number, (*DETERMINISTIC, *LATENCY))
        return await built.runs.run(number), sheet

    done, sheet = with_services(work)
    _print(done, sheet, as_json=as_json, failures=failures, ragas=ragas)


def score_run(
    number: RunArgument,
    metrics: Annotated[str | None, typer.Option(help="Names, separated by commas; by default all.")] = None,
    as_json: JsonOption = False,
    failures: FailuresOption = False,
    ragas: RagasOption = None,
) -> None:
    """Score a run again, without asking anything again."""

    async def work(built: Services) -> tuple[Run, Sheet]:
        wanted = (*DETERMINISTIC, *LATENCY) if metrics is None else chosen(metrics.split(","))
        return await built.runs.run(number), await sheet_of(built.runs, number, wanted)

    done, sheet = with_services(work)
    _print(done, sheet, as_json=as_json, failures=failures, ragas=ragas)


def list_runs(
    suite: Annotated[str | None, typer.Argument(help="Only runs of this suite.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a run.")] = False,
) -> None:
    """List the runs, newest first; a star marks the one that the gate compares with."""

    async def work(built: Services) -> list[Run]:
        return await built.runs.list(suite)

    found = with_services(work)
    if as_json:
        for each in found:
            print(json.dumps(asdict(each), ensure_ascii=False, default=str))
    else:
        show_runs(found)


def replay(
    number: RunArgument, case: Annotated[str, typer.Argument(help="Id of a case of the run.")]
) -> None:
    """Ask a case of a run again, on the same index and configuration; say whether the answer is the same."""

    async def work(built: Services) -> tuple[Trial, Trial]:
        before = next((each for each in await built.runs.trials(number) if each.case.id == case), None)
        if before is None:
            raise UnknownRun(f"run {number} has no case {case!r}")
        done = await built.runs.run(number)
        async with built.subject(done.varied, version=done.basis.index_version) as subject:
            return before, await ask(before.case, subject.assistant)

    before, now = with_services(work)
    from rich.console import Console

    show_answer(now.answer, Console(highlight=False))
    same = now.asked == before.asked
    print("\nThe same answer as in the run." if same else f"\nAnother answer than in run {number}.")
    if not same:
        raise typer.Exit(FAILED)


def export(
    number: RunArgument, folder: Annotated[Path, typer.Argument(help="Folder to write into.")]
) -> None:
    """Write a run as files: trials.jsonl (equal for equal runs), timings.jsonl and run.json."""

    async def work(built: Services) -> tuple[Run, tuple[Trial, ...]]:
        return await built.runs.run(number), await built.runs.trials(number)

    done, trials = with_services(work)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "trials.jsonl", [dump_trial(each) for each in trials])
    timings = [{"id": each.case.id, "repeat": each.repeat, **each.timings} for each in trials]
    _write(folder / "timings.jsonl", [json.dumps(each) for each in timings])
    _write(folder / "run.json", [json.dumps(asdict(done), indent=2, default=str, sort_keys=True)])


def delete_run(number: RunArgument) -> None:
    """Delete a run, and the answers that no other run uses."""

    async def work(built: Services) -> None:
        await built.runs.delete(number)

    with_services(work)


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _print(done: Run, sheet: Sheet, *, as_json: bool, failures: bool, ragas: bool | None) -> None:
    if as_json:
        print_sheet(sheet)
        return
    title = f"run {done.id}: {done.suite}, {len(sheet.trials)} answers, {done.asked} asked, index version "
    title += f"{done.basis.index_version}, configuration {done.configuration_name}"
    show_sheet(title, sheet, failures=failures)
    if ragas or (ragas is None and installed()):
        with errors_told():
            show_judged(
                ragas_scores(sheet.trials, open_embedder(Settings().models, model=Settings().embedding_model))
            )
