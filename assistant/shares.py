"""Answers that somebody shares by link: a redacted copy of one answer, without its conversation.

Only the person who shared it holds the key that takes it back. A copy is deleted after `keep_for`.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from sqlalchemy import JSON, Column, DateTime, String, Table, delete, insert, select

from assistant.errors import UnknownShare
from assistant.model import Answer
from ingest import digest, metadata

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncEngine

_ID = re.compile(r"s_[A-Za-z0-9_-]{22}")
_ANSWER = TypeAdapter(Answer)

shared_answers = Table(
    "shared_answers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("key_digest", String(64), nullable=False),
    Column("conversation_id", String(40), nullable=True, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False, index=True),
    Column("answer", JSON, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Shared:
    """A shared answer, when it was shared and when its copy is deleted."""

    answer: Answer
    created_at: datetime
    expires_at: datetime


class Shares:
    """Keeps shared answers for `keep_for`."""

    def __init__(self, engine: AsyncEngine, *, keep_for: timedelta, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._keep_for = keep_for
        self._now = now

    async def share(self, answer: Answer) -> tuple[str, str]:
        """The identifier of a new copy, and the key that takes it back."""
        identifier, key = f"s_{secrets.token_urlsafe(16)}", secrets.token_urlsafe(16)
        copy = replace(answer, conversation_id=None)
        now = self._now()
        async with self._engine.begin() as connection:
            await connection.execute(
                insert(shared_answers).values(
                    id=identifier,
                    key_digest=digest(key),
                    conversation_id=answer.conversation_id,
                    created_at=now,
                    answer=_ANSWER.dump_python(copy, mode="json"),
                )
            )
        return identifier, key

    async def expire(self) -> int:
        """Delete copies older than `keep_for`; how many that were."""
        async with self._engine.begin() as connection:
            gone = await connection.execute(
                delete(shared_answers).where(shared_answers.c.created_at < self._now() - self._keep_for)
            )
        return int(gone.rowcount)

    async def read(self, identifier: str) -> Shared:
        """The copy; raises `UnknownShare` once it has expired or was taken back."""
        if _ID.fullmatch(identifier):
            query = select(shared_answers).where(
                shared_answers.c.id == identifier, shared_answers.c.created_at >= self._now() - self._keep_for
            )
            async with self._engine.connect() as connection:
                row = (await connection.execute(query)).first()
            if row is not None:
                created = _aware(row.created_at, self._now())
                return Shared(_ANSWER.validate_python(row.answer), created, created + self._keep_for)
        raise UnknownShare("there is no shared answer at that address, or it has expired or was taken back")

    async def take_back(self, identifier: str, key: str) -> None:
        """Delete the copy; raises `UnknownShare` where identifier and key do not belong together."""
        async with self._engine.begin() as connection:
            gone = await connection.execute(
                delete(shared_answers).where(
                    shared_answers.c.id == identifier, shared_answers.c.key_digest == digest(key)
                )
            )
            if not gone.rowcount:
                raise UnknownShare("that link is gone already, or the key is not its own")

    async def forget(self, conversation_id: str) -> None:
        """Delete every copy that was shared from a conversation."""
        async with self._engine.begin() as connection:
            await connection.execute(
                delete(shared_answers).where(shared_answers.c.conversation_id == conversation_id)
            )


def _aware(stored: datetime, like: datetime) -> datetime:
    """SQLite gives back dates without their zone."""
    return stored if stored.tzinfo else stored.replace(tzinfo=like.tzinfo)
