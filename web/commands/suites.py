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

from evals import Case, EvalError, Site, check, counts, load, parse, schema, shipped
from ingest import Origin, Page
from ingest.sources import FolderSource
from ingest.starter import FOLDER
from web.commands import FAILED, errors_told, with_services

if TYPE_CHECKING:
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
            parsed = parse(name)
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


def _loaded(name: str) -> tuple[Case, ...]:
    with errors_told():
        return load(name).cases


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
    source = FolderSource(FOLDER, origin=Origin.STARTER)
    return [each async for each in source.fetch({}) if isinstance(each, Page)]


async def _live(built: Services) -> Site:
    snapshot = await built.index.live()
    return Site.of(stored.page for stored in snapshot.pages)
