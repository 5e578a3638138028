"""Pages of the console: the frame around them, who is signed in, and the token that their forms carry."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from web.access.permission import access_of, session_token
from web.access.secrets import form_token
from web.console.sections import sections_for
from web.pages.rendering import english_day, page

if TYPE_CHECKING:
    from fastapi import Request
    from fastapi.responses import HTMLResponse

    from web.access import Person

REFERRER = {"Referrer-Policy": "same-origin"}
"""With the citizens' `no-referrer` a browser would send `Origin: null` with forms, which says nothing."""


def console_page(
    request: Request, person: Person, template: str, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """A page inside the console's frame."""
    token = session_token(request)
    return _page(
        template,
        status,
        person=person,
        sections=sections_for(person),
        here=request.url.path,
        token=form_token(token) if token else "",
        idle_seconds=access_of(request).sessions.idle.total_seconds(),
        **values,
    )


def bare_page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page for somebody who is not signed in, or of whom that is not known."""
    return _page(template, status, person=None, sections=[], here=request.url.path, token="", **values)


def moment(at: datetime | None) -> str:
    """A moment in words, such as 23 November 2026, 14:05 UTC."""
    return "" if at is None else f"{english_day(at.date())}, {at:%H:%M} UTC"


def duration(seconds: float | None) -> str:
    """A length of time in words, such as 2 minutes."""
    if seconds is None:
        return ""
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {name}{'' if count == 1 else 's'}"
    count = max(1, round(seconds))
    return f"{count} second{'' if count == 1 else 's'}"


def _page(template: str, status: int, **values: Any) -> HTMLResponse:
    response = page(template, "en", status=status, moment=moment, duration=duration, **values)
    response.headers.update(REFERRER | {"Cache-Control": "no-store"})
    return response
