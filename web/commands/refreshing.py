"""`refresh`: look again at the pages that are due."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from web.commands import PARTLY, with_services
from web.commands.content import JsonOption, print_report, report_as_dict
from web.main import now
from web.progress import Bar
from web.refreshing import refresh_index

if TYPE_CHECKING:
    from ingest import Refreshed
    from web.main import Services


def refresh(
    everything: Annotated[
        bool, typer.Option("--all", help="All web pages, not only those that are due.")
    ] = False,
    publish: Annotated[bool, typer.Option(help="At once, or as a candidate a source.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Look again at the pages that are due, and publish what has changed at their sources.

    Exit codes: 0 done; 1 failed, and nothing has changed; 3 done, but some pages or sources failed.
    """

    async def run(built: Services) -> Refreshed:
        with Bar(quiet=as_json) as bar:
            return await refresh_index(
                built.index, built.settings, now, progress=bar, publish=publish, everything=everything
            )

    done = with_services(run)
    if as_json:
        reports = {name: report_as_dict(each) for name, each in done.reports.items()}
        print(json.dumps({"sources": reports, "failed": done.failed}, ensure_ascii=False))
    else:
        _print(done)
    if done.failed or any(each.failed for each in done.reports.values()):
        raise typer.Exit(PARTLY)


def _print(done: Refreshed) -> None:
    for name, report in done.reports.items():
        print(name)
        print_report(report)
    for name, reason in done.failed.items():
        print(f"failed   {name}: {reason}", file=sys.stderr)
    if not done.reports and not done.failed:
        print("Nothing is due.")
