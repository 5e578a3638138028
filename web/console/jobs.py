"""Jobs: how far each is, its log, cancel and run again."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from web.access import Person, allow
from web.api.jobs import cancel_job, may, retry_job, view
from web.console.rendering import console_page
from web.dependencies import Parts, parts

router = APIRouter(prefix="/console/jobs", include_in_schema=False, default_response_class=HTMLResponse)

Built = Annotated[Parts, Depends(parts)]
Anyone = Annotated[Person, Depends(allow())]


@router.get("")
async def show_jobs(request: Request, built: Built, person: Anyone) -> HTMLResponse:
    """The latest jobs."""
    found = [view(each, built.jobs) for each in await built.jobs.all(limit=100)]
    return console_page(request, person, "console/jobs.html", jobs=found)


@router.get("/{identifier}")
async def show_job(identifier: str, request: Request, built: Built, person: Anyone) -> HTMLResponse:
    """One job; its page follows it where scripts run, and has a link to load it again where they do not."""
    job = await built.jobs.job(identifier)
    return console_page(
        request,
        person,
        "console/job.html",
        job=view(job, built.jobs),
        over=job.state.over,
        lines=await built.jobs.lines(identifier),
        may=may(person, job, built.jobs),
    )


@router.post("/{identifier}/cancel")
async def cancel(identifier: str, built: Built, person: Anyone) -> RedirectResponse:
    """Ask it to stop."""
    await cancel_job(identifier, built, person)
    return RedirectResponse(f"/console/jobs/{identifier}", HTTPStatus.SEE_OTHER)


@router.post("/{identifier}/retry")
async def retry(identifier: str, built: Built, person: Anyone) -> RedirectResponse:
    """Run it again, or what failed of it."""
    again = await retry_job(identifier, built, person)
    return RedirectResponse(f"/console/jobs/{again.id}", HTTPStatus.SEE_OTHER)
