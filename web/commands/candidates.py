"""`index check-answers`, `publish`, `read-again`, …: a candidate's way to answering, from a terminal.

Exit codes are those of `index`; 3 also says that the gate does not pass, and that the candidate waits.
"""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from ingest import page_id, sync_all, writing
from web.commands import PARTLY, with_services
from web.commands.content import JsonOption
from web.commands.gated import (
    Outcome,
    PublishOption,
    ReasonOption,
    checked,
    operator,
    report_of,
    settled,
    tell,
    written,
)
from web.commands.versions import LANGUAGES, Candidate, say
from web.editing.deciding import decide
from web.editing.errors import NothingToRead
from web.editing.reading import sources_of
from web.main import now

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from ingest import Catalog, Check, Report
    from web.editing import VersionReport
    from web.main import Services
    from web.progress import Bar


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
        f"{len(report.comparisons)} of their answers differ.",
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
        await built.catalog.version(candidate)
        await decide(candidate, operator(), reason, built.editing)

    with_services(run)
    say(f"Version {candidate} answers now.", {"version": candidate}, as_json=as_json)


def read_again(
    pages: Annotated[list[str], typer.Argument(help="Addresses or identifiers of pages in the index.")],
    publish: PublishOption = True,
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Read some pages again, each from where it came.

    Exit codes: 0 done; 1 failed, and nothing has changed; 3 some pages failed, or the gate does not pass and
    the change waits as a candidate.
    """

    async def run(built: Services) -> Outcome:
        checks = (await built.catalog.checks.all()).values()
        wanted = [_known(page, checks).page_id for page in pages]
        sources, _ = sources_of({"pages": wanted}, checks, built.settings)

        async def read(bar: Bar) -> Report:
            report, _ = await sync_all(sources, built.index, now=now, note=", ".join(pages), progress=bar)
            return report

        report = await written(built, "read pages again", read, quiet=as_json)
        return await settled(report, built, publish=publish, reason=reason, quiet=as_json)

    tell(with_services(run), as_json=as_json)


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
        async with writing(
            built.settings.data_dir, f"{verb} version {candidate}", built.settings.database_url
        ):
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
