"""`job`: work in the background, from a terminal; and `gaps`: what found nothing."""

from __future__ import annotations

import asyncio
import getpass
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from web.commands import PARTLY, with_services
from web.jobs import Job, JobState

if TYPE_CHECKING:
    from web.main import Services

job = typer.Typer(no_args_is_help=True, help="Jobs that the serving process works through.")

JsonOption = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
Identifier = Annotated[str, typer.Argument(help="The job's identifier: see `job list`.")]

LOOK_EVERY = 0.5
"""Seconds between two looks at a job that is waited for."""


@job.command("list")
def list_jobs(as_json: JsonOption = False) -> None:
    """The latest jobs, newest first."""

    async def run(built: Services) -> list[Job]:
        return await built.jobs.all()

    for each in with_services(run):
        _show(each, as_json=as_json)


@job.command("show")
def show_job(identifier: Identifier, as_json: JsonOption = False) -> None:
    """A job and its whole log."""

    async def run(built: Services) -> tuple[Job, list[Any]]:
        return await built.jobs.job(identifier), await built.jobs.lines(identifier)

    found, lines = with_services(run)
    _show(found, as_json=as_json)
    for line in lines:
        told = {"at": line.at.isoformat(), "text": line.text}
        print(json.dumps(told, ensure_ascii=False) if as_json else f"{line.at:%H:%M:%S} {line.text}")


@job.command("wait")
def wait_for(identifier: Identifier, as_json: JsonOption = False) -> None:
    """Wait until a job is over. Exit codes: 0 done; 1 failed or cancelled; 3 done, but some items failed."""

    async def run(built: Services) -> Job:
        found = await built.jobs.job(identifier)
        while not found.state.over:
            await asyncio.sleep(LOOK_EVERY)
            found = await built.jobs.job(identifier)
        return found

    found = with_services(run)
    _show(found, as_json=as_json)
    if found.state is not JobState.DONE:
        raise typer.Exit(1)
    if found.failed:
        raise typer.Exit(PARTLY)


@job.command("cancel")
def cancel_job(identifier: Identifier, as_json: JsonOption = False) -> None:
    """Ask a job to stop."""

    async def run(built: Services) -> Job:
        before = await built.jobs.job(identifier)
        after = await built.jobs.cancel(identifier)
        by = getpass.getuser()
        await built.access.audit.record(by, "job.cancelled", identifier, before.state, after.state)
        return after

    _show(with_services(run), as_json=as_json)


@job.command("retry")
def retry_job(identifier: Identifier, as_json: JsonOption = False) -> None:
    """Run a job again: what failed of it, where it says what did."""

    async def run(built: Services) -> Job:
        by = getpass.getuser()
        again = await built.jobs.retry(identifier, by)
        await built.access.audit.record(by, "job.retried", identifier, None, again)
        return await built.jobs.job(again)

    _show(with_services(run), as_json=as_json)


def gaps(as_json: JsonOption = False) -> None:
    """Questions that found nothing, by topic and meaning, the most asked first. Exit code 3 if any."""
    from web.api.topics import gap_views

    found = with_services(gap_views)
    for gap in found:
        if as_json:
            print(json.dumps(gap.model_dump(mode="json"), ensure_ascii=False))
            continue
        print(f"{gap.times:>5}  {gap.topic or 'no topic'}: {gap.questions[0].text}")
        for question in gap.questions[1:]:
            print(f"{'':>7}{question.times:>3}  {question.text}")
    if found:
        raise typer.Exit(PARTLY)


def _show(found: Job, *, as_json: bool) -> None:
    if as_json:
        row = {name: getattr(found, name) for name in found.__slots__ if name != "lease_until"}
        print(json.dumps(row, default=str, ensure_ascii=False))
        return
    total = "" if found.total is None else f" of {found.total}"
    note = found.error or found.note
    print(f"{found.id}  {found.state:<9} {found.kind:<12} {found.done}{total}, {found.failed} failed  {note}")
