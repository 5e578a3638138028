"""A candidate's way past the gate, as every command that changes the index takes it."""

from __future__ import annotations

import getpass
import json
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest import prune, writing
from web.access import Person, Role
from web.commands import PARTLY
from web.commands.ingest_views import print_report, report_as_dict
from web.editing.deciding import decide
from web.main import now
from web.progress import Bar, Counter

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from ingest import Report
    from web.editing import VersionReport
    from web.main import Services

PublishOption = Annotated[
    bool,
    typer.Option(help="Check its answers and publish it where the gate passes, or leave it a candidate."),
]
ReasonOption = Annotated[
    str, typer.Option(help="Publish it even where the gate does not pass, and why; kept in the trail.")
]


@dataclass(frozen=True)
class Outcome:
    """What a command has made of what it read."""

    report: Report
    check: VersionReport | None = None
    """None for what was not checked: nothing changed, the first version, or a candidate left as it is."""

    @property
    def stopped(self) -> bool:
        """Whether the gate holds the change back."""
        return self.check is not None and self.report.candidate is not None


@dataclass
class InTerminal:
    """A job that runs in this command; its log goes to standard error."""

    arguments: Mapping[str, Any]
    counter: Counter
    quiet: bool = False
    id: str = "in a terminal"
    by: str = field(default_factory=getpass.getuser)
    cancelled: bool = False

    async def progress(
        self, done: int, total: int | None = None, note: str = "", *, failed: int = 0, skipped: int = 0
    ) -> None:
        await self.counter.done(done + failed + skipped, total or 0)

    async def log(self, line: str) -> None:
        if not self.quiet:
            print(line, file=sys.stderr)

    def check(self) -> None:
        """A terminal interrupts the whole command."""


async def written(
    built: Services, doing: str, work: Callable[[Bar], Awaitable[Report]], *, quiet: bool
) -> Report:
    """What `work` reports, under the writer's lock, with a progress bar unless `quiet`."""
    async with writing(built.settings.data_dir, doing, built.settings.database_url):
        with Bar(quiet=quiet) as bar:
            return await work(bar)


async def first(built: Services) -> bool:
    """Whether nothing answers yet, so that there is no answer that a change could make worse."""
    return await built.catalog.live() is None


async def settled(
    report: Report, built: Services, *, publish: bool, reason: str = "", quiet: bool = False
) -> Outcome:
    """Let what was read answer where the gate passes, or where there is a `reason` to go past it.

    The first version of an index, which is published already, is noted in the trail.
    """
    if report.version is not None:
        told = {"live": report.version, "from": "command line", "check": "not asked: the first version"}
        await built.access.audit.record(
            getpass.getuser(), "version.published", str(report.version), None, told
        )
        await prune(built.index, now=now())
    if report.candidate is None or not publish:
        return Outcome(report)
    check = await checked(built, report.candidate, publish=True, quiet=quiet)
    if not check.verdict.passed and reason.strip():
        await decide(report.candidate, operator(), reason, built.editing)
    if check.verdict.passed or reason.strip():
        report.version, report.candidate = report.candidate, None
    return Outcome(report, check)


async def checked(built: Services, candidate: int, *, publish: bool, quiet: bool) -> VersionReport:
    """Check a candidate's answers here and now; with `publish` it answers where the gate passes."""
    with Counter("Questions", quiet=quiet) as counter:
        job = InTerminal({"version": candidate, "publish": publish}, counter, quiet)
        await built.editing.check_and_publish(job)
    report = await built.editing.reports.of(candidate)
    assert report is not None
    return report


def operator() -> Person:
    """Whoever can run commands can reach the database, so they may do all."""
    return Person(getpass.getuser(), frozenset({Role.ADMIN}))


def tell(done: Outcome, *, as_json: bool) -> None:
    """What came of it; ends the command with `PARTLY` where pages failed or the gate does not pass."""
    if as_json:
        check = report_of(done.check) if done.check else None
        told = {**report_as_dict(done.report), "check": check}
        print(json.dumps(told | {"published": done.report.version is not None}, ensure_ascii=False))
    else:
        print_report(done.report)
        if done.stopped:
            print(how_to_go_on(done.report.candidate), file=sys.stderr)
    if done.report.failed or done.stopped:
        raise typer.Exit(PARTLY)


def how_to_go_on(candidate: int | None) -> str:
    """What to do with a candidate that the gate holds back."""
    return (
        f"The gate does not pass, so version {candidate} waits, and what answered before answers on.\n"
        f"See /console/versions/{candidate} or `govt-assistant index diff {candidate}`. Mend the pages, or "
        f"run `govt-assistant index publish {candidate} --reason WHY`."
    )


def report_of(report: VersionReport) -> dict[str, Any]:
    """A check's report for JSON."""
    return {
        "version": report.version,
        "against": report.against,
        "passed": report.verdict.passed,
        "reasons": list(report.verdict.reasons),
        "warnings": list(report.verdict.warnings),
        "asked": report.asked,
        "affected": report.affected,
        "changed": [
            {
                "question": each.asking.question,
                "before": [said.text for said in each.before.sentences] if each.before else None,
                "after": [said.text for said in each.after.sentences],
            }
            for each in report.comparisons
        ],
    }
