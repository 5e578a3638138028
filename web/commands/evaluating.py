"""`eval`: what evaluators do, from a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table

from assistant import Answer, reader
from evals import Figure, RunReport, figure, load, run
from evals.guardrails import run as score_guardrails
from guardrails import Policy, Redactor
from ingest import open_embedder
from web.commands import FAILED, with_services
from web.commands.benchmarking import retrieval
from web.commands.calibrating import run_calibration
from web.commands.suites import suite as suite_commands
from web.settings import Settings

if TYPE_CHECKING:
    from web.main import Services

evaluate = typer.Typer(no_args_is_help=True, help="Suites of questions with expected pages and facts.")
evaluate.add_typer(suite_commands, name="suite")
evaluate.command("retrieval")(retrieval)
_ANSWER = TypeAdapter(Answer)


evaluate.command("calibrate")(run_calibration)


@evaluate.command("run")
def run_suite(
    suite: Annotated[str, typer.Argument(help="Name of a shipped suite, or a .jsonl file.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a case.")] = False,
    failures: Annotated[bool, typer.Option("--failures", help="Show each case that did not pass.")] = False,
    ragas: Annotated[bool, typer.Option("--ragas", help="Add ragas' ID-based context metrics.")] = False,
) -> None:
    """Ask every question of a suite and measure the answers; `guardrails` measures the guards."""
    if suite == "guardrails":
        _guardrails(as_json=as_json, failures=failures)
        return

    async def work(built: Services) -> tuple[RunReport, dict[str, Figure]]:
        report = await run(load(suite), built.assistant)
        return report, await _ragas(report, built) if ragas else {}

    report, added = with_services(work)
    if as_json:
        for result in report.results:
            row: dict[str, Any] = {
                "id": result.case.id,
                "passed": result.score.passed,
                "score": _fields(result.score),
            }
            row["answer"] = _ANSWER.dump_python(result.answer, mode="json")
            print(json.dumps(row, ensure_ascii=False))
        return
    _show(report, added, failures=failures)


def _guardrails(*, as_json: bool, failures: bool) -> None:
    """Every guard on its own cases, with its latency; ends with code 1 where a target is missed."""
    policy = Policy.load()
    embedder = open_embedder(Settings().models)
    report = score_guardrails(Redactor(policy), policy, read=reader(embedder), echo=lambda _: None)
    if as_json:
        for row in report.rows:
            values = {"family": row.family, "measure": row.measure, "value": row.value, "text": row.text}
            print(json.dumps(values | {"target": row.target, "met": row.met}, ensure_ascii=False))
    else:
        print(report.text() if failures else report.text().split("\nwrong in ")[0])
    if not report.passed:
        raise typer.Exit(FAILED)


async def _ragas(report: RunReport, built: Services) -> dict[str, Figure]:
    from evals.ragas_metrics import id_based

    snapshot = await built.index.live()
    addresses = {each.page.slug: each.page.url for each in snapshot.pages if each.page.slug}
    found = {f"ragas {name}": figure(values) for name, values in id_based(report, addresses).items()}
    return {name: value for name, value in found.items() if value is not None}


def _show(report: RunReport, added: dict[str, Figure], *, failures: bool) -> None:
    console = Console(highlight=False)
    table = Table(title=f"{report.suite}: {len(report.results)} cases, index version {report.index_version}")
    for column in ("metric", "mean", "95 % interval", "n"):
        table.add_column(column, justify="left" if column == "metric" else "right")
    for name, value in (report.figures | added).items():
        table.add_row(name, f"{value.mean:.3f}", f"{value.low:.3f} to {value.high:.3f}", str(value.n))
    console.print(table)
    lengths = sorted(result.score.words for result in report.results if result.answer.sentences)
    if lengths:
        console.print(f"Words an answer: median {lengths[len(lengths) // 2]}.")
    for result in report.failures if failures else ():
        console.print(f"\n{result.case.id}: {result.case.question}", markup=False)
        console.print(f"  expected {list(result.case.pages)} {list(result.case.facts)}", markup=False)
        console.print(f"  got {[source.title for source in result.answer.sources[:3]]}", markup=False)
        for sentence in result.answer.sentences:
            console.print(f"    {sentence.text}", markup=False, soft_wrap=True)


def _fields(score: object) -> dict[str, Any]:
    return {name: getattr(score, name) for name in type(score).__slots__}  # type: ignore[attr-defined]
