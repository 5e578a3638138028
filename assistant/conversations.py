"""Conversations and receipts: redacted questions, kept only as long as follow-ups need them.

A receipt holds what an answer rested on (page versions, spans, index version, rule, prompt digest,
timings), so that the answer can be replayed. Nothing here has ever held personal information: it is
given answers, and answers are made after redaction.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    ForeignKey,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from assistant.errors import QuestionError, UnknownConversation
from assistant.model import Answer, Turn
from ingest import metadata, transact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

UNKNOWN = "there is no conversation of that identifier, or it has expired"
_ID = re.compile(r"v_[A-Za-z0-9_-]{22}")

TURNS = 6
"""Earlier turns that a question is given."""

SHOWN = 20
"""Answers of a conversation that its page shows."""

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True), nullable=False, index=True),
)

receipts = Table(
    "receipts",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("question", Text, nullable=False),
    Column("outcome", String(30), nullable=False),
    Column("answer", JSON, nullable=False),
)

_ANSWER = TypeAdapter(Answer)
_START, _KEEP = insert(conversations), insert(receipts)
_USE = (
    update(conversations).where(conversations.c.id == bindparam("used")).values(last_used_at=bindparam("at"))
)


EXPIRE_EVERY = timedelta(minutes=1)
"""What nobody has used for long cannot be read; it is deleted this often at the most."""


class Conversations:
    """Keeps the turns of a conversation until nobody has used it for `keep_for`."""

    def __init__(
        self, engine: AsyncEngine, *, keep_for: timedelta, now: Callable[[], datetime], most_turns: int = 40
    ) -> None:
        self._engine = engine
        self._keep_for = keep_for
        self._now = now
        self._most_turns = most_turns
        self._expired_at: datetime | None = None

    async def start(self) -> str:
        """A new conversation's identifier, which nobody can guess."""
        identifier = f"v_{secrets.token_urlsafe(16)}"
        now = self._now()
        if self._expired_at is None or now - self._expired_at >= EXPIRE_EVERY:
            await self.expire()
            self._expired_at = now
        row = {"id": identifier, "created_at": now, "last_used_at": now}
        await transact(self._engine, lambda connection: connection.execute(_START, row))
        return identifier

    async def expire(self) -> int:
        """Delete what nobody has used for `keep_for`; how many conversations that were."""
        now = self._now()
        async with self._engine.begin() as connection:
            await connection.execute(
                delete(receipts).where(receipts.c.conversation_id.in_(self._expired(now)))
            )
            gone = await connection.execute(
                delete(conversations).where(conversations.c.last_used_at < now - self._keep_for)
            )
        return int(gone.rowcount)

    async def history(self, identifier: str) -> tuple[Turn, ...]:
        """The latest turns, oldest first; raises `UnknownConversation`, `QuestionError` when it is full."""
        require_identifier(identifier)
        known, of_it = self._known(identifier), receipts.c.conversation_id == identifier
        count = select(func.count()).select_from(receipts).where(of_it)
        latest = select(receipts.c.question, receipts.c.answer).where(of_it)
        latest = latest.order_by(receipts.c.created_at.desc()).limit(TURNS)

        def read(connection: Connection) -> Sequence[Row[str, Any]]:
            if connection.scalar(known) is None:
                raise UnknownConversation(UNKNOWN)
            asked = connection.scalar(count) or 0
            if asked >= self._most_turns:
                raise QuestionError(
                    f"this conversation has {asked} questions, which is as many as it may hold",
                    what_to_do="Start a new conversation: leave conversation_id out, or press Start again.",
                )
            return connection.execute(latest).all()

        rows = await transact(self._engine, read)
        return tuple(Turn(row.question, _cited(row.answer)) for row in reversed(rows))

    async def answers(self, identifier: str) -> tuple[Answer, ...]:
        """The latest answers as they were given, oldest first; raises `UnknownConversation`."""
        async with self._engine.connect() as connection:
            await self._require(identifier, connection)
            rows = await connection.scalars(
                select(receipts.c.answer)
                .where(receipts.c.conversation_id == identifier)
                .order_by(receipts.c.created_at.desc())
                .limit(SHOWN)
            )
            kept = [_ANSWER.validate_python(row) for row in rows]
        return tuple(reversed(kept))

    async def answer(self, identifier: str, answer_id: str) -> Answer:
        """One answer as it was given; raises `UnknownConversation` for one that is not in it (any more)."""
        async with self._engine.connect() as connection:
            await self._require(identifier, connection)
            kept = await connection.scalar(
                select(receipts.c.answer).where(
                    receipts.c.conversation_id == identifier, receipts.c.id == answer_id
                )
            )
        if kept is None:
            raise UnknownConversation(UNKNOWN)
        return _ANSWER.validate_python(kept)

    async def keep(self, answer: Answer) -> None:
        """Keep an answer's receipt in its conversation."""
        if answer.conversation_id is None:
            return
        row = {
            "id": answer.id,
            "conversation_id": answer.conversation_id,
            "question": answer.question,
            "outcome": answer.outcome,
            "answer": _ANSWER.dump_python(answer, mode="json"),
        }
        now = self._now()
        use = {"used": answer.conversation_id, "at": now}

        def keep(connection: Connection) -> None:
            connection.execute(_KEEP, {**row, "created_at": now})
            connection.execute(_USE, use)

        await transact(self._engine, keep)

    async def forget(self, identifier: str) -> None:
        """Delete a conversation and all its receipts; raises `UnknownConversation`."""
        require_identifier(identifier)
        async with self._engine.begin() as connection:
            await connection.execute(delete(receipts).where(receipts.c.conversation_id == identifier))
            gone = await connection.execute(delete(conversations).where(conversations.c.id == identifier))
            if not gone.rowcount:
                raise UnknownConversation(UNKNOWN)

    async def _require(self, identifier: str, connection: AsyncConnection) -> None:
        require_identifier(identifier)
        if await connection.scalar(self._known(identifier)) is None:
            raise UnknownConversation(UNKNOWN)

    def _known(self, identifier: str) -> Select[tuple[str]]:
        return select(conversations.c.id).where(
            conversations.c.id == identifier,
            conversations.c.last_used_at >= self._now() - self._keep_for,
        )

    def _expired(self, now: datetime) -> Select[tuple[str]]:
        return select(conversations.c.id).where(conversations.c.last_used_at < now - self._keep_for)


def is_identifier(text: str) -> bool:
    """Whether a text, which may be anything that somebody typed, has the form of an identifier."""
    return _ID.fullmatch(text) is not None


def require_identifier(text: str) -> None:
    """Raises `UnknownConversation` for a text that can name none, which goes no further."""
    if not is_identifier(text):
        raise UnknownConversation(UNKNOWN)


def _cited(answer: dict[str, Any]) -> tuple[str, ...]:
    ids = [citation["page_id"] for sentence in answer["sentences"] for citation in sentence["citations"]]
    return tuple(dict.fromkeys(ids))
