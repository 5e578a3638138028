"""Reports: answers that readers say are wrong, as a worklist."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant import FeedbackKind
from web.access import Person, Role, allow
from web.console.errors import ConsoleError
from web.console.rendering import console_page
from web.dependencies import Parts, parts

router = APIRouter(prefix="/console/reports", include_in_schema=False, default_response_class=HTMLResponse)

Built = Annotated[Parts, Depends(parts)]
Editor = Annotated[Person, Depends(allow(Role.EDITOR))]


@router.get("")
async def show_reports(request: Request, built: Built, person: Editor) -> HTMLResponse:
    """The open ones, newest first, each with the answer as it was given; and how helpful answers were."""
    return console_page(
        request,
        person,
        "console/reports.html",
        reports=await built.feedback.items(FeedbackKind.REPORT, limit=100),
        ratings=sorted((await built.feedback.ratings()).items()),
    )


@router.post("/{identifier}/close")
async def close(
    identifier: str, built: Built, person: Editor, note: Annotated[str, Form(max_length=500)] = ""
) -> RedirectResponse:
    """Somebody has dealt with it; what was done is kept, redacted."""
    if not note.strip():
        raise ConsoleError("a report is closed with a word on what was done", what_to_do="Say what was done.")
    told = built.assistant.guards.redactor.redact(note.strip()).text
    await built.feedback.close(identifier, by=person.name, note=told)
    await built.access.audit.record(person.name, "report.closed", identifier, "open", {"reason": told})
    return RedirectResponse("/console/reports", HTTPStatus.SEE_OTHER)
