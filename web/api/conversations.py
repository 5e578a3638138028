"""Conversations as a client may read and delete them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from assistant import Answer, require_identifier
from web.dependencies import Parts, parts
from web.problems import Problem

router = APIRouter(prefix="/v1/conversations", tags=["conversations"])

GONE: dict[int | str, dict[str, Any]] = {404: {"model": Problem}}


@router.get("/{identifier}", summary="Read a conversation", responses=GONE)
async def read_conversation(identifier: str, built: Annotated[Parts, Depends(parts)]) -> list[Answer]:
    """Its latest answers with their redacted questions, oldest first; a 404 problem once it has expired."""
    return list(await built.conversations.answers(identifier))


@router.delete("/{identifier}", status_code=204, summary="Forget a conversation", responses=GONE)
async def forget_conversation(identifier: str, built: Annotated[Parts, Depends(parts)]) -> None:
    """Deletes its questions and answers, links to shared answers, and the texts of feedback on them."""
    await forget(identifier, built)


async def forget(identifier: str, built: Parts) -> None:
    """Delete all that is kept of a conversation; raises `UnknownConversation`.

    The conversation goes last: where a database fails in between, whoever asks again finds it.
    """
    require_identifier(identifier)
    await built.shares.forget(identifier)
    await built.feedback.forget(identifier)
    await built.conversations.forget(identifier)
