"""For admins: keys and who is signed in with them, and the audit trail."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from web.access import AccessError, Person, Role, allow
from web.columns import RowNumber
from web.console.rendering import console_page
from web.dependencies import Parts, parts

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Built = Annotated[Parts, Depends(parts)]
Admin = Annotated[Person, Depends(allow(Role.ADMIN))]

ENTRIES = 50
"""Entries of the trail on one page."""


@router.get("/console/access")
async def show_keys(request: Request, built: Built, person: Admin) -> HTMLResponse:
    """Every key, with roles and state; never its secret."""
    return await _keys(request, built, person)


@router.post("/console/access")
async def add_key(
    request: Request,
    built: Built,
    person: Admin,
    name: Annotated[str, Form(max_length=100)] = "",
    roles: Annotated[list[Role] | None, Form()] = None,
    days: Annotated[int, Form(ge=0, le=3_650)] = 180,
    per_minute: Annotated[int, Form(ge=0, le=1_000_000)] = 0,
) -> HTMLResponse:
    """A new key, shown this once."""
    try:
        key = await built.access.keys.add(
            name.strip(), roles or [], days=days or None, by=person.name, per_minute=per_minute or None
        )
    except AccessError as error:
        return await _keys(request, built, person, error=error, typed=name)
    return await _keys(request, built, person, made=(name.strip(), key))


@router.post("/console/access/revoke")
async def revoke_key(built: Built, person: Admin, name: Annotated[str, Form()] = "") -> RedirectResponse:
    """Make a key useless from now on."""
    await built.access.keys.revoke(name, by=person.name)
    return RedirectResponse("/console/access", HTTPStatus.SEE_OTHER)


@router.get("/console/audit")
async def show_audit(
    request: Request, built: Built, person: Admin, before: Annotated[RowNumber | None, Query()] = None
) -> HTMLResponse:
    """The trail, newest first, and whether it holds together."""
    entries = await built.access.audit.entries(limit=ENTRIES, before=before)
    return console_page(
        request,
        person,
        "console/audit.html",
        entries=entries,
        broken=await built.access.audit.broken(),
        count=await built.access.audit.count(),
        more=len(entries) == ENTRIES and entries[-1].id > 1,
    )


async def _keys(
    request: Request,
    built: Parts,
    person: Person,
    *,
    error: AccessError | None = None,
    typed: str = "",
    made: tuple[str, str] | None = None,
) -> HTMLResponse:
    now = built.jobs.now()
    return console_page(
        request,
        person,
        "console/access.html",
        status=error.status if error else HTTPStatus.OK,
        keys=[(key, key.state(now)) for key in await built.access.keys.all()],
        roles=list(Role),
        error=error,
        typed=typed,
        made=made,
    )
