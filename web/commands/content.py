"""`ingest` and `index`: what editors do, from a terminal."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from ingest import Origin, Report, remove, sync, writing
from ingest.sources import FolderSource, open_source
from ingest.starter import FOLDER
from web.commands import PARTLY, with_services
from web.main import now
from web.progress import Bar

if TYPE_CHECKING:
    from ingest import Source
    from web.main import Services
    from web.settings import Settings

STARTER = "starter"

index = typer.Typer(no_args_is_help=True, help="Versions of the index.")
JsonOption = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


def ingest(
    source: Annotated[
        str, typer.Argument(help="A page or sitemap address, a folder, a .jsonl file, or: starter")
    ],
    as_json: JsonOption = False,
) -> None:
    """Read a source of pages and publish what it changes."""

    async def run(built: Services) -> Report:
        return await ingest_source(open_named(source, built.settings), built, quiet=as_json)

    report = with_services(run)
    if as_json:
        print(json.dumps(_as_dict(report), ensure_ascii=False))
    else:
        _print(report)
    if report.failed:
        raise typer.Exit(PARTLY)


def open_named(spec: str, settings: Settings) -> Source:
    """The source of that name; raises `SourceError`."""
    if spec == STARTER:
        starter = FolderSource(FOLDER, origin=Origin.STARTER)
        starter.name = STARTER
        return starter
    return open_source(spec, allowed_hosts=settings.hosts, allow_private=settings.allow_private_addresses)


async def ingest_source(source: Source, built: Services, *, quiet: bool) -> Report:
    """One run under the writer's lock, with a progress bar unless `quiet`."""
    with writing(built.settings.data_dir, f"ingest {source.name}"), Bar(quiet=quiet) as bar:
        return await sync(source, built.index, now=now, progress=bar)


@index.command("list")
def list_versions(as_json: JsonOption = False) -> None:
    """The versions of the index, newest first."""

    async def run(built: Services) -> list[Any]:
        return list(await built.catalog.versions())

    for version in with_services(run):
        if as_json:
            row = {name: getattr(version, name) for name in version.__slots__}
            print(json.dumps(row, default=str, ensure_ascii=False))
        else:
            mark = "*" if version.live else " "
            counts = ", ".join(f"{count} {name}" for name, count in version.counts.items() if count)
            print(
                f"{mark} {version.id:>5}  {version.state:<10} {version.created_at:%Y-%m-%d %H:%M}"
                f"  {version.note}  {counts}"
            )


@index.command("rollback")
def rollback(version: Annotated[int, typer.Argument(help="Number of a published version.")]) -> None:
    """Let an earlier version answer again."""

    async def run(built: Services) -> None:
        with writing(built.settings.data_dir, f"rollback to {version}"):
            await built.catalog.rollback(version)

    with_services(run)
    print(f"Version {version} answers now.")


@index.command("remove")
def remove_pages(urls: Annotated[list[str], typer.Argument(help="Addresses of pages.")]) -> None:
    """Take pages out of the index."""

    async def run(built: Services) -> Report:
        with writing(built.settings.data_dir, "remove pages"):
            return await remove(urls, built.index, languages=("en", "mi"), now=now)

    _print(with_services(run))


def _as_dict(report: Report) -> dict[str, Any]:
    names = (
        "version",
        "added",
        "changed",
        "unchanged",
        "removed",
        "skipped",
        "failed",
        "flagged",
        "embedded",
    )
    return {name: getattr(report, name) for name in names}


def _print(report: Report) -> None:
    console = Console(highlight=False)
    for url, reason in report.skipped.items():
        console.print(f"skipped  {url}: {reason}", soft_wrap=True, markup=False)
    for url, found in report.flagged.items():
        print(f"flagged  {url}: {found} was taken out", file=sys.stderr)
    for url, reason in report.failed.items():
        print(f"failed   {url}: {reason}", file=sys.stderr)
    counts = ", ".join(f"{count} {name}" for name, count in report.counts.items() if count) or "nothing found"
    state = f"version {report.version} is live" if report.version else "nothing changed, nothing published"
    console.print(f"{counts}; {state}.", soft_wrap=True)
