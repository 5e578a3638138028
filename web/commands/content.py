"""`ingest`: a source of pages becomes a version of the index, from a terminal."""

from __future__ import annotations

import getpass
import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from ingest import Report, prune, sync, writing
from web.commands import PARTLY, with_services
from web.main import now
from web.progress import Bar
from web.sources import open_named

if TYPE_CHECKING:
    from ingest import Source
    from web.main import Services

JsonOption = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


def ingest(
    source: Annotated[
        str, typer.Argument(help="A page or sitemap address, a folder, a .jsonl file, or: starter")
    ],
    as_json: JsonOption = False,
    publish: Annotated[
        bool, typer.Option(help="Let the changes answer at once, or leave them as a candidate.")
    ] = True,
    onto: Annotated[
        int | None, typer.Option(help="Build on this version, such as an earlier candidate.")
    ] = None,
) -> None:
    """Read a source of pages and publish what it changes.

    Exit codes: 0 done; 1 failed, and nothing has changed; 3 done, but some pages failed.
    """

    async def run(built: Services) -> Report:
        found = open_named(source, built.settings)
        return await ingest_source(found, built, quiet=as_json, publish=publish, onto=onto)

    show_report(with_services(run), as_json=as_json)


async def ingest_source(
    source: Source, built: Services, *, quiet: bool, publish: bool = True, onto: int | None = None
) -> Report:
    """One run under the writer's lock, with a progress bar unless `quiet`; then old versions go."""
    with writing(built.settings.data_dir, f"ingest {source.name}"), Bar(quiet=quiet) as bar:
        report = await sync(source, built.index, now=now, progress=bar, publish=publish, onto=onto)
        if report.version is not None:
            await note_published(report.version, built)
            await prune(built.index, now=now())
        return report


async def note_published(version: int, built: Services) -> None:
    """The audit trail's entry of a version that a command has published without asking the gate."""
    told = {"live": version, "from": "command line", "check": "not asked"}
    await built.access.audit.record(getpass.getuser(), "version.published", str(version), None, told)


def show_report(report: Report, *, as_json: bool) -> None:
    """What a run did; ends the command with `PARTLY` where pages failed."""
    if as_json:
        print(json.dumps(report_as_dict(report), ensure_ascii=False))
    else:
        print_report(report)
    if report.failed:
        raise typer.Exit(PARTLY)


def report_as_dict(report: Report) -> dict[str, Any]:
    """For JSON."""
    names = (
        "version",
        "candidate",
        "added",
        "changed",
        "unchanged",
        "removed",
        "gone",
        "skipped",
        "failed",
        "flagged",
        "embedded",
        "rebuilt",
    )
    return {name: getattr(report, name) for name in names}


def print_report(report: Report) -> None:
    """For a reader."""
    console = Console(highlight=False)
    for url, reason in report.skipped.items():
        console.print(f"skipped  {url}: {reason}", soft_wrap=True, markup=False)
    for url, reason in report.gone.items():
        console.print(f"removed  {url}: {reason}", soft_wrap=True, markup=False)
    for url, found in report.flagged.items():
        print(f"flagged  {url}: {found} was taken out", file=sys.stderr)
    for url, reason in report.failed.items():
        print(f"failed   {url}: {reason}", file=sys.stderr)
    counts = ", ".join(f"{count} {name}" for name, count in report.counts.items() if count) or "nothing found"
    if report.version:
        state = f"version {report.version} is live"
    elif report.candidate:
        state = f"version {report.candidate} is a candidate: govt-assistant index diff {report.candidate}"
    else:
        state = "nothing changed, nothing published"
    console.print(f"{counts}; {state}.", soft_wrap=True)
