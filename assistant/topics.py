"""Switches and notices by topic: an editor's word counts from the next question on, on every worker.

Every change is kept, with who made it and why; rows of `topic_changes` are only ever added.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Column, DateTime, Integer, String, Table, Text, insert, select

from assistant.errors import TopicError
from guardrails import Reply
from ingest import metadata, upsert

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.ext.asyncio import AsyncEngine

    from assistant.model import Retrieved

LONGEST_NOTICE = 500

topic_states = Table(
    "topic_states",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("off", Boolean, nullable=False),
    Column("notice", Text, nullable=False),
)

topic_changes = Table(
    "topic_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("topic", String(100), nullable=False),
    Column("off", Boolean, nullable=False),
    Column("notice", Text, nullable=False),
    Column("by", String(100), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class TopicState:
    """Whether a topic is answered, and what is said before its answers ("" for nothing)."""

    off: bool = False
    notice: str = ""

    def reply(self, language: str) -> Reply | None:
        """The notice as fixed words; it is shown as the editor wrote it, in whatever language."""
        if not self.notice:
            return None
        return Reply(language=language, text=self.notice, contacts=(), version="editor", reviewed=True)


@dataclass(frozen=True, slots=True)
class TopicChange:
    """One change of a topic's state."""

    topic: str
    state: TopicState
    by: str
    reason: str
    at: datetime


def topic_state(retrieved: Retrieved, states: Mapping[str, TopicState]) -> TopicState:
    """The state of the topic that the question is about: that of the best page."""
    if not retrieved.pages:
        return TopicState()
    return states.get(retrieved.pages[0].page.page.topic or "", TopicState())


class Topics:
    """The switches, in the database that all workers share."""

    def __init__(self, engine: AsyncEngine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    async def states(self) -> Mapping[str, TopicState]:
        """Every topic that is off or carries a notice."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(topic_states))
            return {row.topic: TopicState(row.off, row.notice) for row in rows if row.off or row.notice}

    async def change(self, topic: str, state: TopicState, *, by: str, reason: str) -> None:
        """Set a topic's state; raises `TopicError` for one that cannot be shown."""
        if not topic.strip() or not by.strip() or not reason.strip():
            raise TopicError("a change of a topic names the topic, who makes it, and why")
        if len(state.notice) > LONGEST_NOTICE:
            raise TopicError(f"a notice has at most {LONGEST_NOTICE} characters")
        values = {"topic": topic, "off": state.off, "notice": state.notice}
        async with self._engine.begin() as connection:
            await connection.execute(upsert(self._engine, topic_states).values(**values))
            await connection.execute(
                insert(topic_changes).values(**values, by=by, reason=reason, at=self._now())
            )

    async def changes(self) -> list[TopicChange]:
        """Every change ever made, newest first."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(topic_changes).order_by(topic_changes.c.id.desc()))
            return [
                TopicChange(row.topic, TopicState(row.off, row.notice), row.by, row.reason, row.at)
                for row in rows
            ]
