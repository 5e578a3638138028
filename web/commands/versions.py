"""`index`: versions of the index and the pages in them, from a terminal.

Exit codes of all: 0 done; 1 it cannot be done, and standard error says what to do; 2 the command was wrong;
3 done, and there is something to look at (`diff`: versions differ; `check`: pages contradict each other;
`rebuild`, `remove`: the gate does not pass, and the change waits as a candidate).
"""

from __future__ import annotations

import getpass
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest import PageFilter, check, page_id, prune, rebuild, remove, writing
from web.commands import PARTLY, with_services
from web.commands.check_views import checked_as_dict, print_checked
from web.commands.content import JsonOption
from web.commands.gated import Outcome, PublishOption, ReasonOption, settled, tell, written
from web.commands.version_views import (
    difference_as_dict,
    history_as_dict,
    print_difference,
    print_history,
    row_as_dict,
    version_as_dict,
)
from web.main import now

if TYPE_CHECKING:
    from ingest import Checked, Difference, PageList, PageVersion, Pruned, Version
    from web.main import Services

index = typer.Typer(no_args_is_help=True, help="Versions of the index, and the pages in them.")
Candidate = Annotated[int, typer.Argument(help="Number of a candidate: see `index list`.")]
LANGUAGES = ("en", "mi")


@index.command("list")
def list_versions(as_json: JsonOption = False) -> None:
    """The versions of the index, newest first; * marks the one that answers."""

    async def run(built: Services) -> list[Version]:
        return await built.catalog.versions()

    for version in with_services(run):
        if as_json:
            print(json.dumps(version_as_dict(version), ensure_ascii=False))
        else:
            mark = "*" if version.live else " "
            counts = ", ".join(f"{count} {name}" for name, count in version.counts.items() if count)
            print(
                f"{mark} {version.id:>5}  {version.state:<10} {version.created_at:%Y-%m-%d %H:%M}"
                f"  {version.note}  {counts}"
            )


@index.command("diff")
def diff(
    after: Annotated[int, typer.Argument(help="Number of a version, such as a candidate.")],
    before: Annotated[int | None, typer.Argument(help="Compared with this one; by default the live.")] = None,
    as_json: JsonOption = False,
) -> None:
    """What a version changes: pages and passages added, changed and removed. Exit code 3 if anything."""

    async def run(built: Services) -> Difference:
        return await built.catalog.diff(before or await built.catalog.live(), after)

    found = with_services(run)
    if as_json:
        print(json.dumps(difference_as_dict(found), ensure_ascii=False))
    else:
        print_difference(found)
    if found.pages:
        raise typer.Exit(PARTLY)


@index.command("rollback")
def rollback(
    version: Annotated[int, typer.Argument(help="Number of a published version.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the trail. A terminal is asked for it.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Let an earlier version answer again."""
    if not reason and sys.stdin.isatty():
        reason = typer.prompt("Why do you roll back? It is kept in the audit trail", err=True)

    async def run(built: Services) -> None:
        await built.editing.rollback(version, getpass.getuser(), reason)

    with_services(run)
    say(f"Version {version} answers now.", {"version": version}, as_json=as_json)


@index.command("prune")
def prune_versions(
    keep: Annotated[int | None, typer.Option(min=1, help="Published versions to keep.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Let go of old versions and of all that only they held, and give the space back."""

    async def run(built: Services) -> Pruned:
        async with writing(built.settings.data_dir, "prune", built.settings.database_url):
            return await prune(built.index, now=now(), keep_published=keep, thorough=True)

    gone = with_services(run)
    say(
        f"{len(gone.versions)} versions, {gone.page_versions} page versions and {gone.vectors} vectors went; "
        f"{gone.bytes_freed:,} bytes are free again.",
        {name: getattr(gone, name) for name in gone.__slots__},
        as_json=as_json,
    )


@index.command("rebuild")
def rebuild_all(
    publish: PublishOption = True, reason: ReasonOption = "", as_json: JsonOption = False
) -> None:
    """Cut and embed all pages anew, as is configured now: after a change of the embedding model.

    Exit code 3 where the gate does not pass; the rebuilt version waits as a candidate then.
    """

    async def run(built: Services) -> Outcome:
        report = await written(
            built,
            "rebuild",
            lambda bar: rebuild(built.index, now=now, progress=bar, publish=False),
            quiet=as_json,
        )
        return await settled(report, built, publish=publish, reason=reason, quiet=as_json)

    tell(with_services(run), as_json=as_json)


@index.command("remove")
def remove_pages(
    urls: Annotated[list[str], typer.Argument(help="Addresses of pages.")],
    publish: PublishOption = True,
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take pages out of the index, where they stay out until `index restore`.

    Exit code 3 where the gate does not pass; the change waits then.
    """

    async def run(built: Services) -> Outcome:
        async with writing(built.settings.data_dir, "remove pages", built.settings.database_url):
            report = await remove(
                urls, built.index, languages=LANGUAGES, now=now, publish=False, by=getpass.getuser()
            )
        return await settled(report, built, publish=publish, reason=reason, quiet=as_json)

    tell(with_services(run), as_json=as_json)


@index.command("pages")
def pages(
    text: Annotated[str, typer.Argument(help="Stands in title, address or text.")] = "",
    version: Annotated[int | None, typer.Option(help="Number of a version; by default the live one.")] = None,
    topic: Annotated[str | None, typer.Option(help="Of this topic.")] = None,
    agency: Annotated[str | None, typer.Option(help="Of this agency.")] = None,
    language: Annotated[str | None, typer.Option(help="In this language, such as en or mi.")] = None,
    problem: Annotated[bool | None, typer.Option(help="Whose last check failed, or did not.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """The pages of a version, by title."""
    wanted = PageFilter(text=text, agency=agency, topic=topic, language=language, problem=problem)

    async def run(built: Services) -> PageList:
        return await built.catalog.list_pages(wanted, version=version, limit=limit)

    found = with_services(run)
    for row in found.pages:
        if as_json:
            print(json.dumps(row_as_dict(row), ensure_ascii=False))
        else:
            problem_shown = f"  ({row.problem})" if row.problem else ""
            print(f"{row.id}  {row.language}  {row.title}  {row.url}{problem_shown}")
    if not as_json:
        print(f"{found.total} pages")


@index.command("show")
def show(
    page: Annotated[str, typer.Argument(help="A page's address or identifier.")], as_json: JsonOption = False
) -> None:
    """A page's stored versions, the live one first, and which versions of the index hold them."""

    async def run(built: Services) -> list[PageVersion]:
        for identifier in [page_id(page, language) for language in LANGUAGES]:
            if found := await built.catalog.find_history(identifier):
                return found
        return await built.catalog.history(page)

    found = with_services(run)
    if as_json:
        print(json.dumps([history_as_dict(each) for each in found], ensure_ascii=False))
    else:
        print_history(found)


@index.command("check")
def check_index(
    version: Annotated[int | None, typer.Option(help="Number of a version; by default the live one.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Pages that repeat or contradict one another, or are too old. Exit code 3 if there are any."""

    async def run(built: Services) -> Checked:
        held = await built.index.live() if version is None else await built.index.open(version)
        return check(held)

    found = with_services(run)
    if as_json:
        print(json.dumps(checked_as_dict(found), ensure_ascii=False))
    else:
        print_checked(found)
    if not found.nothing:
        raise typer.Exit(PARTLY)


def say(text: str, data: dict[str, Any], *, as_json: bool) -> None:
    """`data` for programs, `text` for people."""
    print(json.dumps(data, default=_plain, ensure_ascii=False) if as_json else text)


def _plain(value: object) -> str:
    """A time that a database gives without its zone is one of UTC."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    return str(value)
