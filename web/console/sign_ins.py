"""A person's own sessions: where they are signed in, and a way to end the others."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.access import Person, allow
from web.access.permission import access_of, session_token
from web.console.rendering import console_page

PATH = "/console/sign-ins"

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get(PATH)
async def show_sign_ins(request: Request, person: Annotated[Person, Depends(allow())]) -> HTMLResponse:
    """Every session that is open under this name."""
    found = await access_of(request).sessions.of(person.name, session_token(request) or "")
    return console_page(request, person, "console/sign_ins.html", sign_ins=found)


@router.post(f"{PATH}/end")
async def end_others(request: Request, person: Annotated[Person, Depends(allow())]) -> Response:
    """End all but the one that asks; it is in the trail."""
    access = access_of(request)
    ended = await access.sessions.end_others(person.name, session_token(request) or "")
    await access.audit.record(person.name, "session.others-ended", person.name, None, {"sessions": ended})
    return RedirectResponse(PATH, HTTPStatus.SEE_OTHER)
