"""`eval compare`, `gate`, `accept`, `table`: what runs say about a change."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from evals import GatePolicy, compare, gate, load_policy, sheet_of, shipped
from evals.output import junit, table, verdict_text
from web.commands import FAILED, with_services
from web.evaluating import accepted, named_configuration, run_all
from web.progress import Counter

if TYPE_CHECKING:
    from evals import Comparison, Flip, Sheet, Verdict
    from web.main import Services

RunArgument = Annotated[int, typer.Argument(help="Number of a run: `eval runs` lists them.")]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
ConfigOption = Annotated[str | None, typer.Option(help="A configuration by name, or a .toml file.")]


def compare_runs(before: RunArgument, after: RunArgument, as_json: JsonOption = False) -> None:
    """Compare two runs of a suite: paired differences, whether they could be chance, what flipped."""

    async def work(built: Services) -> Comparison:
        sheets = [await sheet_of(built.runs, number) for number in (before, after)]
        return compare(*sheets)

    found = with_services(work)
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        _show_comparison(found, before, after)


def run_gate(
    suites: Annotated[list[str] | None, typer.Argument(help="Only these suites of the policy.")] = None,
    config: ConfigOption = None,
    policy: Annotated[
        Path | None, typer.Option(help="A policy's file; by default the installation's own policy.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Run the policy's suites and judge them against the accepted runs; ends with code 1 where it refuses."""

    async def work(built: Services) -> Verdict:
        configuration = await named_configuration(config, built)
        demanded = load_policy(policy) if policy else await built.policies.policy()
        if suites:
            demanded = GatePolicy({name: each for name, each in demanded.suites.items() if name in suites})
        names = list(demanded.suites)
        after = await run_all(names, configuration, built, lambda name: Counter(name, quiet=as_json))
        return gate(demanded, after, await accepted(built, names))

    verdict = with_services(work)
    print(json.dumps(asdict(verdict), ensure_ascii=False) if as_json else verdict_text(verdict))
    if not verdict.passed:
        raise typer.Exit(FAILED)


def accept_run(number: RunArgument) -> None:
    """Make a run the one that the gate compares later runs of its suite with."""

    async def work(built: Services) -> None:
        await built.runs.accept(number)

    with_services(work)


def print_table(
    suites: Annotated[list[str] | None, typer.Argument(help="Suites; by default every shipped one.")] = None,
    config: ConfigOption = None,
    junit_folder: Annotated[
        Path | None, typer.Option("--junit", help="Folder to write one JUnit XML file a suite into.")
    ] = None,
    parallel: Annotated[int, typer.Option(min=1, max=64, help="Questions asked at once.")] = 2,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar.")] = False,
) -> None:
    """Run suites in one go and print their figures as a Markdown table."""

    async def work(built: Services) -> dict[str, Sheet]:
        configuration = await named_configuration(config, built)
        names = suites or list(shipped())
        return await run_all(names, configuration, built, lambda name: Counter(name, quiet=quiet), parallel)

    sheets = with_services(work)
    print(table(sheets))
    if junit_folder is not None:
        junit_folder.mkdir(parents=True, exist_ok=True)
        for name, sheet in sheets.items():
            (junit_folder / f"{name}.xml").write_text(junit(name, sheet), encoding="utf-8")


def _show_comparison(found: Comparison, before: int, after: int) -> None:
    console = Console(highlight=False)
    title = f"run {before} and run {after}: {found.pairs} cases asked by both"
    shown = Table("metric", "before", "after", "difference", "95 % interval", "p", "n", title=title)
    for each in found.metrics:
        d, mark = each.difference, " *" if each.significant else ""
        p = "" if each.p is None else f"{each.p:.3f}"
        row = (f"{each.before:.3f}", f"{each.after:.3f}", f"{d.mean:+.3f}{mark}")
        shown.add_row(each.metric, *row, f"{d.low:+.3f} to {d.high:+.3f}", p, str(d.n))
    console.print(shown)
    console.print("* unlikely to be chance (McNemar's exact test, or the paired bootstrap interval)")
    _show_flips(console, "Passes now, did not before", found.fixed)
    _show_flips(console, "Does not pass now, did before", found.broken)
    if found.only_before or found.only_after:
        only = f"Asked by one of them only: {', '.join((*found.only_before, *found.only_after))}"
        console.print(only, markup=False)


def _show_flips(console: Console, title: str, flips: tuple[Flip, ...]) -> None:
    if flips:
        console.print(f"\n{title} ({len(flips)}):")
    for each in flips:
        console.print(f"  {each.case_id}: {each.question} ({', '.join(each.failing)})", markup=False)
