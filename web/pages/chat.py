"""The page to ask on: a plain form and full pages, which the script only makes quicker."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse
from sqlalchemy.exc import SQLAlchemyError

from assistant import QuestionError, UnknownConversation, te_reo_policy
from web.api.answers import final, follow
from web.asking import LONGEST, check_question
from web.challenge import ChallengeRequired
from web.dependencies import Parts, parts
from web.pages.answer_view import arrange_all
from web.pages.rendering import page, page_language
from web.problems import Busy, TooManyRequests
from web.reception import Reception, reception

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant import Answer

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

PERSON = ("citizens_advice", "govt_nz")
"""Contacts, by their names in the policy, of people who know which agency to ask."""

_STATUS: Mapping[type[Exception], int] = {TooManyRequests: 429, ChallengeRequired: 429, Busy: 503}
_TURNED_AWAY: Mapping[type[Exception], str] = {
    TooManyRequests: "error_busy",
    ChallengeRequired: "error_challenge",
    Busy: "error_queue",
}

Built = Annotated[Parts, Depends(parts)]


@router.get("/")
async def show_chat(built: Built, lang: str = "en") -> HTMLResponse:
    """An empty conversation."""
    return chat_page(page_language(lang), built)


@router.post("/")
async def ask(
    built: Built,
    desk: Annotated[Reception, Depends(reception)],
    question: Annotated[str, Form()] = "",
    conversation_id: Annotated[str, Form(max_length=64)] = "",
    lang: Annotated[str, Form()] = "en",
    waited: Annotated[str, Form(max_length=100)] = "",
) -> HTMLResponse:
    """The conversation with its new answer, or with what is wrong with the question (422)."""
    language = page_language(lang)
    earlier, expired = await _earlier_where_known(conversation_id, built)
    known = conversation_id if conversation_id and not expired else None
    try:
        desk = replace(desk, ticket=waited)
        _, events = await follow(question, known, _spoken(language), desk, built)
        given = await final(events)
    except (QuestionError, TooManyRequests, Busy) as error:
        return chat_page(
            language,
            built,
            earlier,
            status=_STATUS.get(type(error), 422),
            expired=expired,
            conversation_id=known or "",
            error=_error(question, error),
            typed=question,
            waiting=error if isinstance(error, ChallengeRequired) else None,
        )
    return chat_page(
        language, built, (*earlier, given), conversation_id=given.conversation_id or "", expired=expired
    )


def chat_page(
    language: str,
    built: Parts,
    answers: Sequence[Answer] = (),
    *,
    status: int = 200,
    conversation_id: str = "",
    error: str = "",
    typed: str = "",
    expired: bool = False,
    waiting: ChallengeRequired | None = None,
) -> HTMLResponse:
    """The page with `answers`; `typed` stands in its field, `error` names what is wrong with it.

    `waiting` says how long is to be waited before it is asked.
    """
    return page(
        "chat.html",
        language,
        status=status,
        turns=arrange_all(answers),
        contacts=contacts(built),
        latest=not error,
        conversation_id=conversation_id,
        error=error,
        turned_away=error in _TURNED_AWAY.values(),
        typed=typed,
        ticket=waiting.ticket if waiting else "",
        seconds=waiting.seconds if waiting else 0,
        length=len(typed),
        longest=LONGEST,
        hours=f"{built.settings.conversation_hours:g}",
        te_reo_counted=te_reo_policy().count_questions,
        counted_days=f"{built.settings.question_days:g}" if built.settings.question_days else "",
        expired=expired,
    )


async def earlier_answers(conversation_id: str, built: Parts) -> tuple[tuple[Answer, ...], bool]:
    """The answers so far, and whether the conversation that was named is no more."""
    if not conversation_id:
        return (), False
    try:
        return await built.conversations.answers(conversation_id), False
    except UnknownConversation:
        return (), True


async def _earlier_where_known(conversation_id: str, built: Parts) -> tuple[tuple[Answer, ...], bool]:
    """As `earlier_answers`; where the database is away, `prepare` tells of that or gives help without it."""
    try:
        return await earlier_answers(conversation_id, built)
    except SQLAlchemyError:
        return (), False


def _spoken(language: str) -> str | None:
    """Te reo Māori where the reader chose it; else the question's own language."""
    return "mi" if language == "mi" else None


def _error(question: str, error: Exception) -> str:
    """The interface word for why a question was not taken."""
    if type(error) in _TURNED_AWAY:
        return _TURNED_AWAY[type(error)]
    if len(question) > LONGEST:
        return "error_long"
    if not question.strip():
        return "error_empty"
    try:
        check_question(question)
    except QuestionError:
        return "error_not_text"
    return "error_full"


def contacts(built: Parts) -> list[object]:
    """People who know which agency to ask."""
    known = built.assistant.guards.policy.contacts
    return [known[name] for name in PERSON if name in known]
