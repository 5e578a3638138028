"""What a person does with a whole conversation: go on in another language, take it along, have it deleted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, PlainTextResponse

from assistant import UnknownConversation
from web.api.conversations import forget
from web.dependencies import Parts, parts
from web.pages.answer_view import arrange_all
from web.pages.chat import chat_page, contacts, earlier_answers
from web.pages.rendering import page, page_language, render
from web.problems import Problem

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Built = Annotated[Parts, Depends(parts)]
Identifier = Annotated[str, Form(max_length=64)]
Language = Annotated[str, Form()]


@router.post("/conversation")
async def show_conversation(
    built: Built,
    conversation_id: Identifier = "",
    lang: Language = "en",
    typed: Annotated[str, Form(max_length=20_000)] = "",
) -> HTMLResponse:
    """The chat page with the conversation in the language of `lang`, and `typed` ready to be edited."""
    earlier, expired = await earlier_answers(conversation_id, built)
    known = "" if expired else conversation_id
    return chat_page(page_language(lang), built, earlier, conversation_id=known, typed=typed, expired=expired)


@router.post("/transcript", responses={404: {"model": Problem}})
async def show_transcript(
    built: Built,
    conversation_id: Identifier,
    answer_id: Identifier = "",
    lang: Language = "en",
) -> HTMLResponse:
    """The turns of a conversation, or one of them, as part of a page.

    A POST keeps the identifier out of addresses and logs. Raises a 404 problem once it has expired.
    """
    kept = await built.conversations.answers(conversation_id)
    views = [view for view in arrange_all(kept) if not answer_id or view.answer.id == answer_id]
    return page("turns.html", page_language(lang), turns=views, contacts=contacts(built), latest=False)


@router.post("/transcript/download", responses={404: {"model": Problem}})
async def download_transcript(
    built: Built, conversation_id: Identifier, lang: Language = "en"
) -> PlainTextResponse:
    """The conversation as a text file. Raises a 404 problem once it has expired."""
    kept = await built.conversations.answers(conversation_id)
    today = built.now().date()
    text = render("transcript.txt", page_language(lang), turns=arrange_all(kept), today=today)
    headers = {
        "Content-Disposition": f'attachment; filename="govt-assistant-{today.isoformat()}.txt"',
        "Cache-Control": "no-store",
    }
    return PlainTextResponse(text, headers=headers)


@router.post("/forget")
async def forget_conversation(
    built: Built, conversation_id: Identifier = "", lang: Language = "en"
) -> HTMLResponse:
    """Deletes all that is kept of the conversation and says what is gone; also where it had expired."""
    try:
        await forget(conversation_id, built)
    except UnknownConversation:
        return page("forgotten.html", page_language(lang), expired=True)
    return page("forgotten.html", page_language(lang), expired=False)
