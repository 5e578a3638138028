"""What readers say of answers: helpful or not, and reports of wrong ones for the editors' worklist.

A rating keeps no text of the question or the answer. A report keeps both, redacted as they were, because
the person sends it for that. Comments are redacted before they are stored. All of it is deleted after
`keep_for`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from assistant.errors import FeedbackError
from assistant.model import Answer
from ingest import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncEngine

    from guardrails import Redactor

LONGEST_COMMENT = 1_000
"""Characters of a comment."""

feedback = Table(
    "feedback",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("answer_id", String(40), nullable=False, index=True),
    Column("conversation_id", String(40), nullable=True, index=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("helpful", Boolean, nullable=True),
    Column("reasons", JSON, nullable=False),
    Column("comment", Text, nullable=False),
    Column("outcome", String(30), nullable=False),
    Column("topic", String(100), nullable=True),
    Column("pages", JSON, nullable=False),
    Column("index_version", Integer, nullable=True),
    Column("question", Text, nullable=False),
    Column("answer", JSON, nullable=True),
    Column("closed_at", DateTime(timezone=True), nullable=True),
    Column("closed_by", String(100), nullable=True),
    Column("note", Text, nullable=False),
)


class FeedbackKind(StrEnum):
    """A rating is counted; a report is for an editor to look at."""

    RATING = "rating"
    REPORT = "report"


class Reason(StrEnum):
    """What was wrong, to choose from."""

    WRONG = "wrong"
    OUT_OF_DATE = "out_of_date"
    INCOMPLETE = "incomplete"
    UNCLEAR = "unclear"
    OTHER_QUESTION = "other_question"
    WRONG_PAGE = "wrong_page"


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of one answer; `comment` may hold personal information."""

    kind: FeedbackKind
    helpful: bool | None = None
    reasons: tuple[Reason, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class FeedbackItem:
    """Feedback as it is kept. `question` and `answer` are there for reports only."""

    id: str
    answer_id: str
    at: datetime
    kind: FeedbackKind
    helpful: bool | None
    reasons: tuple[Reason, ...]
    comment: str
    outcome: str
    topic: str | None
    pages: tuple[str, ...]
    """Addresses of the pages that the answer cited."""
    index_version: int | None
    question: str
    answer: Answer | None
    closed_at: datetime | None
    closed_by: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Ratings:
    """How many found answers helpful."""

    helpful: int = 0
    unhelpful: int = 0


_ANSWER = TypeAdapter(Answer)


class Feedback:
    """Keeps what readers say, redacted, for `keep_for`."""

    def __init__(
        self, engine: AsyncEngine, redactor: Redactor, *, keep_for: timedelta, now: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._redactor = redactor
        self._keep_for = keep_for
        self._now = now

    async def give(self, given: Given, answer: Answer) -> str:
        """Keep it, in place of what was said of that kind before; its identifier. Raises `FeedbackError`."""
        comment = given.comment.strip()
        if len(comment) > LONGEST_COMMENT:
            raise FeedbackError(
                f"the comment has {len(comment):,} characters; at most {LONGEST_COMMENT:,} are kept"
            )
        row = {
            "id": f"f_{secrets.token_hex(12)}",
            "conversation_id": answer.conversation_id,
            "at": self._now(),
            "helpful": given.helpful,
            "reasons": [str(each) for each in given.reasons],
            "comment": self._redactor.redact(comment).text if comment else "",
            "note": "",
            **_about(answer, whole=given.kind is FeedbackKind.REPORT),
        }
        async with self._engine.begin() as connection:
            await connection.execute(
                delete(feedback).where(feedback.c.answer_id == answer.id, feedback.c.kind == given.kind)
            )
            await connection.execute(insert(feedback).values(kind=given.kind, **row))
        return str(row["id"])

    async def expire(self) -> int:
        """Delete what is older than `keep_for`; how much that was."""
        async with self._engine.begin() as connection:
            gone = await connection.execute(
                delete(feedback).where(feedback.c.at < self._now() - self._keep_for)
            )
        return int(gone.rowcount)

    async def items(
        self, kind: FeedbackKind | None = None, *, closed: bool | None = False, limit: int = 100
    ) -> tuple[FeedbackItem, ...]:
        """The newest first; open ones unless `closed` says otherwise (None for both)."""
        query = select(feedback).order_by(feedback.c.at.desc(), feedback.c.id).limit(limit)
        if kind is not None:
            query = query.where(feedback.c.kind == kind)
        if closed is not None:
            query = query.where(
                feedback.c.closed_at.is_not(None) if closed else feedback.c.closed_at.is_(None)
            )
        async with self._engine.connect() as connection:
            return tuple(_item(row) for row in (await connection.execute(query)).mappings())

    async def item(self, identifier: str) -> FeedbackItem:
        """One of them; raises `FeedbackError`."""
        async with self._engine.connect() as connection:
            found = await connection.execute(select(feedback).where(feedback.c.id == identifier))
            row = found.mappings().first()
        if row is None:
            raise FeedbackError("there is no feedback of that identifier")
        return _item(row)

    async def close(self, identifier: str, *, by: str, note: str) -> None:
        """Somebody has dealt with it; raises `FeedbackError`."""
        async with self._engine.begin() as connection:
            closed = await connection.execute(
                update(feedback)
                .where(feedback.c.id == identifier, feedback.c.closed_at.is_(None))
                .values(closed_at=self._now(), closed_by=by, note=note)
            )
            if not closed.rowcount:
                raise FeedbackError("there is no open feedback of that identifier")

    async def forget(self, conversation_id: str) -> None:
        """Take out every text of a conversation; that an answer helped or not stays as a count."""
        blank = {"conversation_id": None, "comment": "", "question": "", "answer": None}
        async with self._engine.begin() as connection:
            await connection.execute(
                update(feedback).where(feedback.c.conversation_id == conversation_id).values(blank)
            )

    async def ratings(self) -> Mapping[str, Ratings]:
        """By topic ("" for answers that cite no page)."""
        query = select(feedback.c.topic, feedback.c.helpful).where(feedback.c.helpful.is_not(None))
        counted: dict[str, Ratings] = {}
        async with self._engine.connect() as connection:
            for topic, helpful in await connection.execute(query):
                before = counted.get(topic or "", Ratings())
                counted[topic or ""] = Ratings(before.helpful + helpful, before.unhelpful + (not helpful))
        return counted


def _about(answer: Answer, *, whole: bool) -> dict[str, object]:
    """What is kept of the answer; its text and the question only where it is reported."""
    cited = [source for source in answer.sources if source.cited]
    return {
        "answer_id": answer.id,
        "outcome": str(answer.outcome),
        "topic": cited[0].topic if cited else None,
        "pages": [source.url for source in cited],
        "index_version": answer.index_version,
        "question": answer.question if whole else "",
        "answer": _ANSWER.dump_python(answer, mode="json") if whole else None,
    }


def _item(row: RowMapping) -> FeedbackItem:
    fields = {str(name): value for name, value in row.items() if name != "conversation_id"}
    fields |= {
        "kind": FeedbackKind(row["kind"]),
        "reasons": tuple(Reason(each) for each in row["reasons"]),
        "pages": tuple(row["pages"]),
        "answer": None if row["answer"] is None else _ANSWER.validate_python(row["answer"]),
    }
    return FeedbackItem(**fields)
