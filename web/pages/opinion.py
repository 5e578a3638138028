"""The form under an answer: was it helpful, what was wrong with it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Header
from fastapi.responses import HTMLResponse

from assistant import FeedbackError, FeedbackKind, Given, Reason, UnknownConversation
from web.dependencies import Parts, parts
from web.pages.rendering import page, page_language
from web.rates import limit_rate

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.post("/feedback", dependencies=[Depends(limit_rate)])
async def give_feedback(
    built: Annotated[Parts, Depends(parts)],
    conversation_id: Annotated[str, Form(max_length=64)],
    answer_id: Annotated[str, Form(max_length=64)],
    helpful: Annotated[str, Form()] = "",
    reason: Annotated[list[str] | None, Form()] = None,
    comment: Annotated[str, Form()] = "",
    lang: Annotated[str, Form()] = "en",
    x_part: Annotated[str, Header()] = "",
) -> HTMLResponse:
    """Thanks, with the form for what was wrong where the answer did not help.

    404 where the conversation has expired, 422 for a comment that is too long; both say so.
    """
    kind = FeedbackKind.RATING if helpful else FeedbackKind.REPORT
    chosen = tuple(each for each in Reason if each in (reason or ()))
    given = Given(kind, helpful == "yes" if helpful else None, chosen, comment)
    state, status = "thanks", 200
    try:
        answer = await built.conversations.answer(conversation_id, answer_id)
        await built.feedback.give(given, answer)
    except UnknownConversation:
        state, status = "gone", 404
    except FeedbackError:
        state, status = "long", 422
    return page(
        "opinion.html",
        page_language(lang),
        status=status,
        part=bool(x_part),
        state=state,
        ask_why=helpful == "no" or state == "long",
        reported=kind is FeedbackKind.REPORT,
        conversation_id=conversation_id if state != "gone" else "",
        answer_id=answer_id,
        comment=comment if state == "long" else "",
        days=f"{built.settings.feedback_days:g}",
    )
