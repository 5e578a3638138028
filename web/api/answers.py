"""POST /v1/answers: a question becomes a stream of typed events, or one JSON body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Depends, Header, Response
from fastapi.sse import EventSourceResponse
from pydantic import BaseModel, Field, StringConstraints

from assistant import Answer, Final, Question, is_identifier
from web.asking import check_question
from web.dependencies import Parts, parts
from web.problems import NotAcceptable, Problem
from web.reception import Reception, reception
from web.stream import encode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from assistant import Event

router = APIRouter(prefix="/v1", tags=["answers"])

JSON = "application/json"
STREAM = "text/event-stream"


class Ask(BaseModel):
    """A question, and the conversation it continues."""

    question: str = Field(examples=["How do I renew my passport?"], description="In English or te reo Māori.")
    conversation_id: Annotated[str, StringConstraints(max_length=64)] | None = None
    """Identifier that an earlier answer gave; leave it out to start a conversation."""
    language: Literal["en", "mi"] | None = None
    """Language to be spoken to in; by default that of the question."""


@router.post(
    "/answers",
    response_model=Answer,
    summary="Answer a question",
    responses={status: {"model": Problem} for status in (400, 404, 406, 422, 429, 503)},
)
async def create_answer(
    body: Ask,
    built: Annotated[Parts, Depends(parts)],
    desk: Annotated[Reception, Depends(reception)],
    accept: Annotated[str, Header()] = "*/*",
) -> Response | Answer:
    """Every sentence carries citations whose quotes stand byte for byte in the stored page."""
    media_type = negotiate(accept)
    conversation, events = await follow(body.question, body.conversation_id, body.language, desk, built)
    if media_type == STREAM:
        return EventSourceResponse(
            encode(events),
            headers={
                "Cache-Control": "no-cache",
                "X-Accel-Buffering": "no",
                "Conversation-Id": conversation,
            },
        )
    return await final(events)


async def follow(
    text: str, conversation_id: str | None, language: str | None, desk: Reception, built: Parts
) -> tuple[str, AsyncIterator[Event]]:
    """The conversation that the question now belongs to ("" where there is none), and the answer's events.

    Raises as `Reception.events`: also `QuestionError`, `UnknownConversation` and `SQLAlchemyError`.
    """
    belongs_to = conversation_id if conversation_id and is_identifier(conversation_id) else ""

    async def prepare() -> Question:
        nonlocal belongs_to
        checked = check_question(text)
        history = await built.conversations.history(conversation_id) if conversation_id else ()
        belongs_to = conversation_id or await built.conversations.start()
        return Question(checked, history, language, belongs_to)

    asked = Question(text, language=language, conversation_id=conversation_id)
    events = await desk.events(asked, prepare, built.assistant)
    return belongs_to, events


async def final(events: AsyncIterator[Event]) -> Answer:
    """The answer at the end of `events`."""
    async for event in events:
        if isinstance(event, Final):
            return event.answer
    raise RuntimeError("the stream ended without a final event")


def negotiate(accept: str) -> str:
    """The media type to answer with; raises `NotAcceptable`."""
    accepted = [part.split(";")[0].strip().lower() for part in accept.split(",")]
    for wanted in accepted:
        if wanted == STREAM:
            return STREAM
        if wanted in {JSON, "application/*", "*/*"}:
            return JSON
    raise NotAcceptable(f"{JSON} or {STREAM}")
