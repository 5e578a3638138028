"""Problems: pages that repeat or contradict one another, that are too old, or could not be read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from ingest import EmptyIndex, PageFilter
from web.access import Person, Role, allow
from web.api.problems_found import list_problems
from web.console.rendering import console_page
from web.dependencies import Parts, parts

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/console/problems")
async def show_problems(
    request: Request,
    built: Annotated[Parts, Depends(parts)],
    person: Annotated[Person, Depends(allow(Role.EDITOR))],
) -> HTMLResponse:
    """In the live version."""
    try:
        found = await list_problems(built, person)
    except EmptyIndex:
        found = None
    failed = (await built.catalog.list_pages(PageFilter(problem=True), limit=200)).pages
    return console_page(request, person, "console/problems.html", found=found, failed=failed)
