"""The page that says what the assistant reads, keeps and cannot do."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from assistant import words
from web.dependencies import Parts, parts
from web.pages.rendering import page, page_language

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/how-it-works")
async def show_how_it_works(built: Annotated[Parts, Depends(parts)], lang: str = "en") -> HTMLResponse:
    """In English only so far; a page in te reo Māori says so."""
    kinds = words("en").redacted
    return page(
        "how_it_works.html",
        page_language(lang),
        hours=f"{built.settings.conversation_hours:g}",
        feedback_days=f"{built.settings.feedback_days:g}",
        share_days=f"{built.settings.share_days:g}",
        model=built.settings.model,
        question_days=f"{built.settings.question_days:g}" if built.settings.question_days else "",
        removed=list(dict.fromkeys(kind for name, kind in kinds.items() if name != "other")),
        contacts=built.assistant.guards.policy.contacts,
    )
