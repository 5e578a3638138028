"""POST /v1/feedback: whether an answer helped, and reports of wrong ones."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, StringConstraints

from assistant import FeedbackKind, Given, Reason
from web.dependencies import Parts, parts
from web.problems import Problem
from web.rates import limit_rate

router = APIRouter(prefix="/v1", tags=["feedback"])

Identifier = Annotated[str, StringConstraints(max_length=64)]


class Opinion(BaseModel):
    """What somebody says of an answer of their conversation."""

    conversation_id: Identifier
    answer_id: Identifier
    kind: FeedbackKind = FeedbackKind.RATING
    """A rating keeps no text of question and answer; a report keeps both, for an editor."""
    helpful: bool | None = Field(default=None, examples=[False])
    reasons: list[Reason] = Field(default_factory=list, max_length=6, examples=[["out_of_date"]])
    comment: str = Field(default="", description="Redacted before it is stored. At most 1,000 characters.")


class Kept(BaseModel):
    """What was made of it."""

    id: str


@router.post(
    "/feedback",
    status_code=201,
    summary="Say whether an answer helped, or report it",
    dependencies=[Depends(limit_rate)],
    responses={status: {"model": Problem} for status in (404, 422, 429)},
)
async def create_feedback(body: Opinion, built: Annotated[Parts, Depends(parts)]) -> Kept:
    """A later one takes the place of an earlier one; a 404 problem once the conversation has expired."""
    answer = await built.conversations.answer(body.conversation_id, body.answer_id)
    given = Given(body.kind, body.helpful, tuple(body.reasons), body.comment)
    return Kept(id=await built.feedback.give(given, answer))
