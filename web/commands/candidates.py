"""`index check-answers`, `publish`, `read-again`, …: a candidate's way to answering, from a terminal.

Exit codes are those of `index`; 3 also says that the gate does not pass, and that the candidate waits.
"""

from __future__ import annotations

import getpass
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest import page_id, sync_all, writing
from web.access import Person, Role
from web.commands import PARTLY, with_services
from web.commands.content import JsonOption, print_report, report_as_dict
from web.commands.versions import LANGUAGES, Candidate, say
from web.editing.deciding import decide
from web.editing.errors import NothingToRead
from web.editing.reading import sources_of
from web.main import now
from web.progress import Bar, Counter

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from ingest import Catalog, Check, Report
    from web.editing import VersionReport
    from web.main import Services

PublishOption = Annotated[
    bool,
    typer.Option(help="Check its answers and publish it where the gate passes, or leave it a candidate."),
]


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


async def checked(built: Services, candidate: int, *, publish: bool, quiet: bool) -> VersionReport:
    """Check a candidate's answers here and now; with `publish` it answers where the gate passes."""
    with Counter("Questions", quiet=quiet) as counter:
        job = InTerminal({"version": candidate, "publish": publish}, counter, quiet)
        await built.editing.check_and_publish(job)
    report = await built.editing.reports.of(candidate)
    assert report is not None
    return report


def check_answers(candidate: Candidate, as_json: JsonOption = False) -> None:
    """Answer what a candidate could affect under it and under the live version.

    Exit code 3 where the gate does not pass. The console shows the same report, and publishing asks for it.
    """

    async def run(built: Services) -> VersionReport:
        await built.catalog.version(candidate)
        return await checked(built, candidate, publish=False, quiet=as_json)

    report = with_services(run)
    verdict = "passes" if report.verdict.passed else "does not pass"
    say(
        f"The gate {verdict}: {report.affected} of {report.asked} questions could be affected, "
        f"{len(report.comparisons)} answers differ.",
        report_of(report),
        as_json=as_json,
    )
    if not report.verdict.passed:
        raise typer.Exit(PARTLY)


def publish(
    candidate: Candidate,
    reason: Annotated[str, typer.Option(help="Why, where its check has not passed; kept in the trail.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Let a candidate answer. One whose check has not passed needs a reason."""

    async def run(built: Services) -> None:
        by = Person(getpass.getuser(), frozenset({Role.ADMIN}))
        await decide(candidate, by, reason, built.editing)

    with_services(run)
    say(f"Version {candidate} answers now.", {"version": candidate}, as_json=as_json)


def read_again(
    pages: Annotated[list[str], typer.Argument(help="Addresses or identifiers of pages in the index.")],
    publish: PublishOption = True,
    as_json: JsonOption = False,
) -> None:
    """Read some pages again, each from where it came.

    Exit codes: 0 done; 1 failed, and nothing has changed; 3 some pages failed, or the gate does not pass and
    the change waits as a candidate.
    """

    async def run(built: Services) -> tuple[Report, VersionReport | None]:
        checks = (await built.catalog.checks.all()).values()
        wanted = [_known(page, checks).page_id for page in pages]
        sources, _ = sources_of({"pages": wanted}, checks, built.settings)
        with writing(built.settings.data_dir, "read pages again"), Bar(quiet=as_json) as bar:
            report, _ = await sync_all(sources, built.index, now=now, note=", ".join(pages), progress=bar)
        if report.candidate is None or not publish:
            return report, None
        return report, await checked(built, report.candidate, publish=True, quiet=as_json)

    tell(*with_services(run), as_json=as_json)


def tell(report: Report, check: VersionReport | None, *, as_json: bool) -> None:
    """What a run and the check of its candidate gave; ends the command where something is to be looked at."""
    stopped = check is not None and not check.verdict.passed
    if as_json:
        told = {**report_as_dict(report), "check": report_of(check) if check else None}
        say("", told | {"published": check is not None and not stopped}, as_json=True)
    else:
        print_report(report)
        if check is not None:
            outcome = "waits: the gate does not pass" if stopped else "passed the gate and answers now"
            print(f"Version {check.version} {outcome}.")
    if report.failed or stopped:
        raise typer.Exit(PARTLY)


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


def rebase(candidate: Candidate, as_json: JsonOption = False) -> None:
    """Put a candidate's changes onto the version that answers now."""
    _change(candidate, "rebase", "version.rebased", lambda catalog: catalog.rebase(candidate))
    say(f"Version {candidate} builds on the live one now.", {"candidate": candidate}, as_json=as_json)


def discard(candidate: Candidate, as_json: JsonOption = False) -> None:
    """Give a candidate up."""
    _change(candidate, "discard", "version.discarded", lambda catalog: catalog.discard(candidate))
    say(f"Version {candidate} is discarded.", {"discarded": candidate}, as_json=as_json)


def _change(candidate: int, verb: str, action: str, change: Callable[[Catalog], Awaitable[object]]) -> None:
    """Change a candidate under the writer's lock: its check holds no longer, and the trail says who."""

    async def run(built: Services) -> None:
        with writing(built.settings.data_dir, f"{verb} version {candidate}"):
            await change(built.catalog)
        await built.editing.forget(candidate)
        await built.access.audit.record(getpass.getuser(), action, str(candidate))

    with_services(run)


def _known(page: str, checks: Iterable[Check]) -> Check:
    ids = {page, *(page_id(page, language) for language in LANGUAGES)}
    for each in checks:
        if each.page_id in ids or each.url == page:
            return each
    raise NothingToRead(
        f"no page of the index came from a source as {page!r}",
        what_to_do="`govt-assistant index pages` lists the pages; `ingest ADDRESS` reads a new one.",
    )
