"""What is asked often and what finds nothing: counts of redacted questions, tied to nobody.

Only a question that stands alone, from which nothing had to be removed, that is short and that no guard
stopped is counted (decision 10), and none in te reo Māori (decision 31): by its words in lower case, with the
day and not the hour, without any link to a conversation. What nobody has asked for `keep_for` is deleted.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Column, Date, Integer, String, Table, Text, delete, select

from assistant.cite import cited_pages
from assistant.model import Outcome
from assistant.pace import Pace
from assistant.sovereignty import in_te_reo, te_reo_policy
from ingest import digest, metadata
from ingest.database import adding

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine

    from assistant.model import Answer, Screened

LONGEST = 200
"""Characters; a longer question tells a story, and a story is somebody's."""

_LATEST = ("last_day", "outcome", "pages", "topic")
"""What the last asking says of a question."""

COUNTED = frozenset({Outcome.ANSWERED, Outcome.NOT_FOUND})

asked_questions = Table(
    "asked_questions",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("text", Text, nullable=False),
    Column("language", String(5), nullable=False),
    Column("times", Integer, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False, index=True),
    Column("outcome", String(30), nullable=False),
    Column("pages", JSON, nullable=False),
    Column("topic", String(100), nullable=False),
)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question, redacted, and how it went the last time; `pages` are ids of those that it cited."""

    text: str
    language: str
    times: int
    first_day: date
    last_day: date
    outcome: str
    pages: tuple[str, ...]
    topic: str
    """Of the best page; empty where there was none or it has none."""

    @property
    def found(self) -> bool:
        """Whether it was answered."""
        return self.outcome == Outcome.ANSWERED


class Asked:
    """The counts."""

    def __init__(self, engine: AsyncEngine, *, keep_for: timedelta, now: Callable[[], datetime]) -> None:
        self._engine, self._keep_for, self._now = engine, keep_for, now
        self._waiting: dict[str, dict[str, Any]] = {}
        self._pace = Pace(now)

    async def count(self, answer: Answer, screened: Screened) -> None:
        """Count one question, where it may be counted; it is stored with others a moment later."""
        if not self._keep_for or not countable(answer, screened):
            return
        text, today = _plain(answer.question), self._now().date()
        key = digest(f"{answer.language}\n{text}")
        self._add(
            {
                "key": key,
                "text": text,
                "language": answer.language,
                "times": 1,
                "first_day": today,
                "last_day": today,
                "outcome": answer.outcome,
                "pages": sorted(cited_pages(answer.sentences)),
                "topic": (answer.sources[0].topic or "") if answer.sources else "",
            }
        )
        if self._pace.due():
            await self.flush()

    async def flush(self) -> None:
        """Store what was counted; what cannot be stored waits for the next time."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, {}
        statement = adding(self._engine, asked_questions, "times", latest=_LATEST)
        try:
            async with self._engine.begin() as connection:
                await connection.execute(statement, list(waiting.values()))
        except Exception:
            for row in waiting.values():
                self._add(row)
            raise

    def _add(self, row: dict[str, Any]) -> None:
        before = self._waiting.get(row["key"])
        self._waiting[row["key"]] = {**row, "times": row["times"] + (before["times"] if before else 0)}

    async def all(self, *, found: bool | None = None, limit: int = 500) -> list[AskedQuestion]:
        """The most frequent first; those that found something, nothing, or both."""
        await self.flush()
        query = select(asked_questions).order_by(
            asked_questions.c.times.desc(), asked_questions.c.last_day.desc(), asked_questions.c.key
        )
        if found is not None:
            answered = asked_questions.c.outcome == Outcome.ANSWERED
            query = query.where(answered if found else ~answered)
        async with self._engine.connect() as connection:
            rows = await connection.execute(query.limit(limit))
            return [_question(row) for row in rows if row.last_day >= self._oldest()]

    async def of_page(self, page_id: str) -> list[AskedQuestion]:
        """The questions whose last answer cites the page, the most frequent first."""
        return [each for each in await self.all(found=True, limit=5_000) if page_id in each.pages]

    async def forget(self, texts: Sequence[str]) -> int:
        """Delete counts by their words; how many that were."""
        await self.flush()
        async with self._engine.begin() as connection:
            gone = await connection.execute(
                delete(asked_questions).where(asked_questions.c.text.in_(list(texts)))
            )
        return int(gone.rowcount)

    async def prune(self) -> None:
        """Delete what nobody has asked for long."""
        await self.flush()
        async with self._engine.begin() as connection:
            await connection.execute(
                delete(asked_questions).where(asked_questions.c.last_day < self._oldest())
            )

    def _oldest(self) -> date:
        return (self._now() - self._keep_for).date()


def countable(answer: Answer, screened: Screened) -> bool:
    """Whether the question may be counted: see the top of this file."""
    return (
        answer.outcome in COUNTED
        and not screened.findings
        and not screened.history
        and (te_reo_policy().count_questions or not in_te_reo(screened))
        and 0 < len(answer.question) <= LONGEST
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().split()).rstrip(" ?!.")


def _question(row: Any) -> AskedQuestion:
    fields = {name: value for name, value in row._mapping.items() if name not in {"key", "pages"}}
    return AskedQuestion(**fields, pages=tuple(row.pages))
