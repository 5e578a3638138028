"""The worklist of questions that found nothing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from web.access import Person, Role, allow
from web.api.topics import gap_views
from web.console.rendering import console_page
from web.dependencies import Parts, parts

router = APIRouter(prefix="/console/gaps", include_in_schema=False, default_response_class=HTMLResponse)

Built = Annotated[Parts, Depends(parts)]
Editor = Annotated[Person, Depends(allow(Role.EDITOR))]


@router.get("")
async def show_gaps(request: Request, built: Built, person: Editor) -> HTMLResponse:
    """By topic and meaning, the most asked first."""
    days = f"{built.settings.question_days:g}" if built.settings.question_days else ""
    return console_page(request, person, "console/gaps.html", gaps=await gap_views(built), days=days)


@router.post("/forget")
async def forget(
    built: Built, person: Editor, text: Annotated[list[str] | None, Form()] = None
) -> RedirectResponse:
    """Delete counts: they were dealt with, or hold what should not be kept."""
    asked = built.assistant.asked
    if asked and text:
        gone = await asked.forget(text)
        await built.access.audit.record(person.name, "gap.forgotten", f"{gone} questions")
    return RedirectResponse("/console/gaps", HTTPStatus.SEE_OTHER)
