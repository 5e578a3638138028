"""The public page on how well the service answers, how fresh its pages are, and what changed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from assistant import all_prose
from web.dependencies import Parts, parts
from web.pages.rendering import page, page_language
from web.public_record import FIGURES, freshness, incidents, measured, note_changes

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

SHOWN = 20
"""Entries of the log that the page lists; GET /v1/service/log has them all."""


@router.get("/about-this-service")
async def show_about_service(built: Annotated[Parts, Depends(parts)], lang: str = "en") -> HTMLResponse:
    """What people wrote, such as of an incident, stands in the language in which it was written."""
    await note_changes(built)
    log = await built.public_log.entries()
    return page(
        "about_service.html",
        page_language(lang),
        measured=await measured(built),
        names=FIGURES,
        described=all_prose(),
        fresh=await freshness(built),
        incidents=await incidents(built),
        off=sorted(topic for topic, state in (await built.topics.states()).items() if state.off),
        ratings=dict(await built.feedback.ratings()),
        log=log[:SHOWN],
        total=len(log),
        broken=await built.public_log.broken_at(),
    )
