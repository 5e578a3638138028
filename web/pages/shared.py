"""One answer by link: made, shown, taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Header, Request
from fastapi.responses import HTMLResponse

from assistant import UnknownConversation, UnknownShare
from web.dependencies import Parts, parts
from web.pages.answer_view import arrange
from web.pages.chat import contacts
from web.pages.rendering import page, page_language
from web.rates import limit_rate

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Built = Annotated[Parts, Depends(parts)]
Language = Annotated[str, Form()]
Part = Annotated[str, Header()]


@router.post("/share", dependencies=[Depends(limit_rate)])
async def share_answer(
    request: Request,
    built: Built,
    conversation_id: Annotated[str, Form(max_length=64)],
    answer_id: Annotated[str, Form(max_length=64)],
    lang: Language = "en",
    x_part: Part = "",
) -> HTMLResponse:
    """The link to a copy of the answer, and the one form that takes it back; 404 once it has expired."""
    language = page_language(lang)
    try:
        answer = await built.conversations.answer(conversation_id, answer_id)
    except UnknownConversation:
        return page("share_made.html", language, status=404, part=bool(x_part), link="", conversation_id="")
    identifier, key = await built.shares.share(answer)
    return page(
        "share_made.html",
        language,
        part=bool(x_part),
        link=str(request.url_for("show_shared", identifier=identifier)),
        identifier=identifier,
        key=key,
        days=f"{built.settings.share_days:g}",
        conversation_id=conversation_id,
    )


@router.get("/shared/{identifier}")
async def show_shared(identifier: str, built: Built, lang: str = "en") -> HTMLResponse:
    """The shared answer with its date; a page with status 404 once it is gone."""
    language = page_language(lang)
    try:
        shared = await built.shares.read(identifier)
    except UnknownShare:
        return page("share_gone.html", language, status=404, taken_back=False, part=False)
    return page("shared.html", language, shared=shared, view=arrange(shared.answer), contacts=contacts(built))


@router.post("/shared/{identifier}/remove")
async def take_back_shared(
    identifier: str,
    built: Built,
    key: Annotated[str, Form(max_length=64)],
    lang: Language = "en",
    x_part: Part = "",
) -> HTMLResponse:
    """Deletes the copy; a page with status 404 where there is none that the key belongs to."""
    try:
        await built.shares.take_back(identifier, key)
    except UnknownShare:
        return page("share_gone.html", page_language(lang), status=404, taken_back=False, part=bool(x_part))
    return page("share_gone.html", page_language(lang), taken_back=True, part=bool(x_part))
