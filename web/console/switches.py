"""Off switches: one button for each level."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant import Level
from web.access import Person, Role, allow
from web.api.switches import turn
from web.console.rendering import console_page
from web.dependencies import Parts, parts

router = APIRouter(prefix="/console/switches", include_in_schema=False, default_response_class=HTMLResponse)

Built = Annotated[Parts, Depends(parts)]
Allowed = Annotated[Person, Depends(allow(Role.EDITOR, Role.ADMIN))]


@router.get("")
async def show_switches(request: Request, built: Built, person: Allowed) -> HTMLResponse:
    """How each stands, and the latest changes."""
    return console_page(
        request,
        person,
        "console/switches.html",
        levels=list(Level),
        off=await built.switches.off(),
        changes=await built.switches.changes(limit=20),
    )


@router.post("/{level}")
async def change(
    level: Level,
    built: Built,
    person: Allowed,
    off: Annotated[bool, Form()] = False,
    reason: Annotated[str, Form(max_length=500)] = "",
) -> RedirectResponse:
    """On every replica within two seconds."""
    await turn(level, off, reason, built, person)
    return RedirectResponse("/console/switches", HTTPStatus.SEE_OTHER)
