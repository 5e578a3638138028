"""The console's first page: what needs somebody, and how things stand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from ingest import IngestError, Snapshot, Version
from web.access import Person, allow
from web.console.attention import needing_attention
from web.console.rendering import console_page
from web.dependencies import Parts, parts
from web.jobs import JobState

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/console")
async def show_overview(
    request: Request, built: Annotated[Parts, Depends(parts)], person: Annotated[Person, Depends(allow())]
) -> HTMLResponse:
    """For everybody who is signed in; what it shows depends on the roles."""
    snapshot, version = await _live(built)
    return console_page(
        request,
        person,
        "console/overview.html",
        attention=await needing_attention(built, person),
        snapshot=snapshot,
        version=version,
        running=await built.jobs.count(JobState.RUNNING),
        waiting=await built.jobs.count(JobState.QUEUED),
    )


async def _live(built: Parts) -> tuple[Snapshot, Version] | tuple[None, None]:
    try:
        snapshot = await built.index.live()
        return snapshot, await built.catalog.version(snapshot.version)
    except IngestError:
        return None, None
