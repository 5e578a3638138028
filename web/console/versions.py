"""Versions: what a candidate changes, which answers, the gate's verdict, publish, roll back, try."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant import QuestionError
from web.access import Person, Role, allow
from web.api import versions as api
from web.columns import RowNumber
from web.console.rendering import console_page
from web.dependencies import Parts, parts
from web.editing.comparing import shown
from web.editing.editing import CHECK
from web.editing.wording import word_changes

if TYPE_CHECKING:
    from web.editing.report import Shown
    from web.jobs import Job

router = APIRouter(prefix="/console/versions", include_in_schema=False, default_response_class=HTMLResponse)

Built = Annotated[Parts, Depends(parts)]
Editor = Annotated[Person, Depends(allow(Role.EDITOR))]
Reader = Annotated[Person, Depends(allow(Role.EDITOR, Role.EVALUATOR))]
Answers = Annotated[str, Query(max_length=10)]
Reason = Annotated[str, Form(max_length=500)]

OPEN_AT_MOST = 10
"""Answers, and passages, up to which all are open; of more, only the answers that become worse."""

LISTED = 50
"""Answers that change on the page; all of them when asked."""

RECENT = 20
"""Checks, newest first, among which one that is not over is looked for."""


@router.get("")
async def show_versions(request: Request, built: Built, person: Reader) -> HTMLResponse:
    """Candidates first, then what was published."""
    found = await api.list_versions(built, person)
    return console_page(
        request,
        person,
        "console/versions.html",
        candidates=[each for each in found if each.state == "candidate"],
        published=[each for each in found if each.state == "published"],
    )


@router.get("/{number}")
async def show_version(
    number: RowNumber, request: Request, built: Built, person: Reader, answers: Answers = ""
) -> HTMLResponse:
    """Everything that an editor decides by; with `answers=all` every answer that changes."""
    return await _page(number, request, built, person, every=answers == "all")


@router.post("/{number}/try")
async def try_question(
    number: RowNumber, request: Request, built: Built, person: Reader, question: Annotated[str, Form()] = ""
) -> HTMLResponse:
    """The answer under the version, beside that of the live one; nothing of it is kept."""
    try:
        after = shown(await api.tried(number, question, built), verified=True)
        live = await built.catalog.live()
        before = shown(await api.tried(live, question, built), verified=True) if live is not None else None
    except QuestionError as error:
        return await _page(number, request, built, person, typed=question, wrong=f"{error}.")
    return await _page(number, request, built, person, typed=question, tried=(before, after))


@router.post("/{number}/check")
async def check(number: RowNumber, built: Built, person: Editor) -> RedirectResponse:
    """A job that answers what it could affect under both versions."""
    job = await api.check_version(number, built, person, Response())
    return RedirectResponse(f"/console/jobs/{job.id}", HTTPStatus.SEE_OTHER)


@router.post("/{number}/publish")
async def publish(number: RowNumber, built: Built, person: Editor, reason: Reason = "") -> RedirectResponse:
    """Let it answer."""
    await api.publish_version(number, api.Reasoned(reason=reason), built, person)
    return _back(number)


@router.post("/{number}/rollback")
async def roll_back(number: RowNumber, built: Built, person: Editor, reason: Reason = "") -> RedirectResponse:
    """Let it answer again."""
    await api.roll_back(number, api.Reasoned(reason=reason), built, person)
    return _back(number)


@router.post("/{number}/rebase")
async def rebase(number: RowNumber, built: Built, person: Editor) -> RedirectResponse:
    """Put its changes onto the live version."""
    await api.rebase_version(number, built, person)
    return _back(number)


@router.post("/{number}/discard")
async def discard(number: RowNumber, built: Built, person: Editor) -> RedirectResponse:
    """Give it up."""
    await api.discard_version(number, built, person)
    return RedirectResponse("/console/versions", HTTPStatus.SEE_OTHER)


async def _page(
    number: int,
    request: Request,
    built: Parts,
    person: Person,
    *,
    every: bool = False,
    typed: str = "",
    wrong: str = "",
    tried: tuple[Shown | None, Shown] | None = None,
) -> HTMLResponse:
    version = await built.catalog.version(number)
    live = await built.catalog.live()
    against = version.parent if version.state == "published" else live
    report = await built.editing.reports.of(number)
    checks = await built.jobs.all(limit=RECENT, kind=CHECK)
    published = [each.id for each in await built.catalog.versions() if each.state == "published"]
    return console_page(
        request,
        person,
        "console/version.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        version=await api.version_view(version, live, built),
        live=live,
        against=against,
        difference=await built.catalog.diff(against, number),
        report=report,
        checking=next((job for job in checks if not job.state.over and _is_of(job, number)), None),
        undo=version.parent if version.parent in published else None,
        listed=len(report.comparisons) if report and every else LISTED,
        open_at_most=OPEN_AT_MOST,
        word_changes=word_changes,
        editor=person.may(Role.EDITOR),
        admin=person.may(Role.ADMIN),
        typed=typed,
        wrong=wrong,
        tried=tried,
    )


def _is_of(job: Job, number: int) -> bool:
    return job.arguments.get("version") == number


def _back(number: int) -> RedirectResponse:
    return RedirectResponse(f"/console/versions/{number}", HTTPStatus.SEE_OTHER)
