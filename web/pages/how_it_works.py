"""The page that says what the assistant reads, keeps and cannot do."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from assistant import te_reo_policy, words
from web.dependencies import Parts, parts
from web.pages.rendering import page, page_language

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/how-it-works")
async def show_how_it_works(built: Annotated[Parts, Depends(parts)], lang: str = "en") -> HTMLResponse:
    """A text that nobody could write in te reo Māori stands there in English, and the page says so."""
    language = page_language(lang)
    kinds = words(language).redacted
    return page(
        "how_it_works.html",
        language,
        hours=f"{built.settings.conversation_hours:g}",
        feedback_days=f"{built.settings.feedback_days:g}",
        share_days=f"{built.settings.share_days:g}",
        model=built.settings.model,
        question_days=f"{built.settings.question_days:g}" if built.settings.question_days else "",
        te_reo_counted=te_reo_policy().count_questions,
        removed=list(dict.fromkeys(kind for name, kind in kinds.items() if name != "other")),
        contacts=built.assistant.guards.policy.contacts,
    )
