"""`eval suite`: look after the files of cases."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant import FeedbackKind
from evals import Case, EvalError, Site, check, counts, load, parse, schema, shipped
from evals.drafts import add, from_feedback, write_cases
from evals.interchange import read_suite, write_suite
from evals.variants import variants
from ingest import Origin, Page
from ingest.starter import FOLDER
from web.commands import FAILED, errors_told, with_services
from web.commands.judged import generate
from web.settings import Settings

if TYPE_CHECKING:
    from evals import Trial
    from web.main import Services

suite = typer.Typer(no_args_is_help=True, help="Files of cases: check, count, add, import, export.")

Names = Annotated[list[str] | None, typer.Argument(help="Names of shipped suites, or .jsonl files.")]


@suite.command("check")
def check_suites(
    suites: Names = None,
    against: Annotated[
        str, typer.Option(help="Pages that must hold the facts: starter, live (the index), or none.")
    ] = "starter",
) -> None:
    """Say what is wrong with suites, by line: fields, pages that do not exist, facts that no page holds.

    Without a name, every shipped suite is checked.
    """
    site = _site(against)
    wrong = 0
    for name in suites or shipped():
        try:
            parsed = parse(name, own_folder())
        except EvalError as error:
            print(f"{error}\n{error.what_to_do}", file=sys.stderr)
            wrong += 1
            continue
        problems = check(parsed, site)
        wrong += len(problems)
        for problem in problems:
            print(f"{parsed.name}: {problem}")
        if not problems:
            print(f"{parsed.name}: {len(parsed.cases)} cases, nothing wrong")
    if wrong:
        raise typer.Exit(FAILED)


@suite.command("stats")
def suite_stats(suites: Names = None) -> None:
    """Count the cases of suites, by language, expected ending and tag."""
    console = Console(highlight=False)
    for name in suites or shipped():
        cases = _loaded(name)
        console.print(f"[bold]{Path(name).stem}[/]: {len(cases)} cases")
        table = Table("tag", "values")
        for tag, values in counts(cases).items():
            table.add_row(tag, ", ".join(f"{value} {count}" for value, count in values.most_common(12)))
        console.print(table)


@suite.command("schema")
def suite_schema() -> None:
    """Print the JSON Schema of a case, for editors that check as you type."""
    print(json.dumps(schema(), indent=2, ensure_ascii=False))


@suite.command("add")
def add_cases(
    cases: Annotated[Path, typer.Argument(help="A .jsonl file of reviewed cases.")],
    to: Annotated[str, typer.Option(help="Name of the suite of this installation.")],
    against: Annotated[str, typer.Option(help="Pages with the facts: starter, live, none.")] = "live",
) -> None:
    """Add reviewed cases to a suite of this installation; all of them or, if anything is wrong, none."""
    site = _site(against)
    with errors_told():
        done = add(parse(str(cases)), own_folder() / f"{to}.jsonl", site)
    print(f"{len(done.added)} added to {to}, {len(done.known)} were there.")


@suite.command("from-feedback")
def drafts_from_feedback(
    out: Annotated[Path, typer.Argument(help="File to write the drafts to.")],
    limit: Annotated[int, typer.Option(min=1, help="Reports to take, the newest first.")] = 100,
) -> None:
    """Write a draft case for each answer that a citizen reported, for a person to complete and add."""

    async def work(built: Services) -> list[Case]:
        items = await built.feedback.items(FeedbackKind.REPORT, closed=None, limit=limit)
        return from_feedback(items, today=built.now().date())

    found = with_services(work)
    write_cases(found, out)
    print(f"{len(found)} drafts written. Complete them, take away the tag review, then: eval suite add")


@suite.command("import")
def import_cases(
    shape: Annotated[str, typer.Argument(help="ragas, promptfoo, csv, multidoc2dial or beir.")],
    source: Annotated[Path, typer.Argument(help="File or folder to read.")],
    out: Annotated[Path, typer.Argument(help="Suite file to write.")],
) -> None:
    """Turn another tool's test set into a suite file."""
    with errors_told():
        found = read_suite(shape, source)
    write_cases(found, out)
    print(f"{len(found)} cases written. Look at them with: eval suite check {out} --against none")


@suite.command("export")
def export_cases(
    shape: Annotated[str, typer.Argument(help="ragas, promptfoo, csv or beir.")],
    name: Annotated[str, typer.Argument(help="Name of a suite, or a .jsonl file.")],
    out: Annotated[Path, typer.Argument(help="File, or folder for beir, to write.")],
    run: Annotated[int | None, typer.Option(help="A run whose answers ragas is given.")] = None,
) -> None:
    """Write a suite in another tool's shape."""

    async def answers(built: Services) -> tuple[Trial, ...]:
        return await built.runs.trials(run or 0)

    with errors_told():
        trials = () if run is None else with_services(answers)
        write_suite(shape, load(name, own_folder()).cases, out, trials)


@suite.command("variants")
def make_variants(
    name: Annotated[str, typer.Argument(help="Name of a suite, or a .jsonl file.")],
    out: Annotated[Path, typer.Argument(help="Suite file to write.")],
    kind: Annotated[
        list[str] | None,
        typer.Option(help="typos, no-macrons, lower-case, long-winded or mixed; by default all."),
    ] = None,
    each: Annotated[int | None, typer.Option(min=1, help="So many of each kind.")] = None,
) -> None:
    """Write the questions of a suite as others would type them; the same suite gives the same variants."""
    with errors_told():
        made = variants(load(name, own_folder()), kind or (), each=each)
    write_cases(made.cases, out)
    print(f"{len(made.cases)} variants written.")


suite.command("generate")(generate)


def own_folder() -> Path:
    """Where this installation's own suites are."""
    return Settings().data_dir / "suites"


def _loaded(name: str) -> tuple[Case, ...]:
    with errors_told():
        return load(name, own_folder()).cases


def _site(against: str) -> Site | None:
    """The pages to check against; ends the command for a word that names none."""
    if against == "none":
        return None
    if against == "starter":
        return Site.of(asyncio.run(_starter()))
    if against == "live":
        return with_services(_live)
    print(f"There are no pages called {against!r}: give starter, live or none.", file=sys.stderr)
    raise typer.Exit(FAILED)


async def _starter() -> list[Page]:
    from ingest.sources import FolderSource  # what serves reads no pages, and needs no HTML parser

    source = FolderSource(FOLDER, origin=Origin.STARTER)
    return [each async for each in source.fetch({}) if isinstance(each, Page)]


async def _live(built: Services) -> Site:
    snapshot = await built.index.live()
    return Site.of(stored.page for stored in snapshot.pages)
