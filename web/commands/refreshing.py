"""`refresh`: look again at the pages that are due."""

from __future__ import annotations

import getpass
import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from web.commands import PARTLY, with_services
from web.commands.content import JsonOption
from web.commands.gated import PublishOption, checked, report_of
from web.commands.ingest_views import report_as_dict
from web.progress import Bar
from web.refreshing import refresh_index

if TYPE_CHECKING:
    from web.editing import VersionReport
    from web.main import Services
    from web.refreshing import Round


def refresh(
    everything: Annotated[
        bool, typer.Option("--all", help="All web pages, not only those that are due.")
    ] = False,
    publish: PublishOption = True,
    as_json: JsonOption = False,
) -> None:
    """Look again at the pages that are due. What has changed answers once its check passes the gate.

    A page that is gone at its source stops answering at once. Exit codes: 0 done; 1 failed, and nothing has
    changed; 3 some pages or sources failed, or the gate does not pass and the changes wait as a candidate.
    """

    async def run(built: Services) -> tuple[Round, VersionReport | None]:
        with Bar(quiet=as_json) as bar:
            done = await refresh_index(
                built.editing, progress=bar, everything=everything, by=getpass.getuser()
            )
        if done.candidate is None or not publish:
            return done, None
        return done, await checked(built, done.candidate, publish=True, quiet=as_json)

    done, check = with_services(run)
    if as_json:
        reports = {name: report_as_dict(each) for name, each in done.seen.reports.items()}
        told = {"sources": reports, "failed": done.seen.failed, "withdrawn": done.withdrawn}
        more = {"candidate": done.candidate, "check": report_of(check) if check else None}
        print(json.dumps(told | more, ensure_ascii=False))
    else:
        _print(done, check)
    stopped = check is not None and not check.verdict.passed
    if stopped or done.seen.failed or any(each.failed for each in done.seen.reports.values()):
        raise typer.Exit(PARTLY)


def _print(done: Round, check: VersionReport | None) -> None:
    for name, report in done.seen.reports.items():
        counts = ", ".join(f"{count} {what}" for what, count in report.counts.items() if count)
        print(f"{name}: {counts or 'nothing'}")
        for url, reason in {**report.gone, **report.failed}.items():
            print(f"  {url}: {reason}")
    for name, reason in done.seen.failed.items():
        print(f"failed   {name}: {reason}", file=sys.stderr)
    if done.withdrawn is not None:
        print(f"Version {done.withdrawn} answers now, without the pages that are gone.")
    if check is not None:
        outcome = (
            "passed the gate and answers now" if check.verdict.passed else "waits: the gate does not pass"
        )
        print(f"Version {check.version} {outcome}.")
    elif done.candidate is not None:
        print(f"Version {done.candidate} is a candidate: govt-assistant index check-answers {done.candidate}")
    if not done.seen.reports and not done.seen.failed:
        print("Nothing is due.")
