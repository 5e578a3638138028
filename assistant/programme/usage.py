"""The assistant's own telemetry: counts by day, from every answer; nothing of any question is kept."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from assistant.conversations import receipts
from assistant.feedback import feedback
from assistant.model import Outcome
from assistant.pace import Pace
from assistant.programme.database import usage
from assistant.programme.wording import NEW_ZEALAND
from ingest.database import adding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from assistant.model import Answer


MODEL_TOKENS = "model_tokens"
"""Counter of the tokens that a language model used."""


class Usage:
    """Counters that all workers share."""

    def __init__(self, engine: AsyncEngine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now
        self._waiting: Counter[str] = Counter()
        self._pace = Pace(now)

    def note(self, name: str, count: int = 1) -> None:
        """Count something; it is stored with the next answer or reading."""
        self._waiting[name] += count

    async def observe(self, answer: Answer, *, follows: bool) -> None:
        """Count an answer that was given in a conversation, once its receipt is kept.

        `follows`: whether the conversation had a question before. Counts are stored together with others.
        """
        before = await self._before(answer) if follows else None
        answered = answer.outcome is Outcome.ANSWERED and bool(answer.sentences)
        self.note("questions")
        self.note(f"outcome_{answer.outcome.value}")
        self.note("answered", answered)
        self.note("sentences", len(answer.sentences))
        self.note("dropped", answer.dropped)
        self.note("milliseconds", round(answer.timings.get("total", 0)))
        self.note("conversations", before is None)
        self.note("contained", answered - (before == Outcome.ANSWERED))
        if self._pace.due():
            await self.flush()

    async def flush(self) -> None:
        """Store what was counted; what cannot be stored waits for the next time."""
        waiting, self._waiting = self._waiting, Counter()
        day = self._now().astimezone(NEW_ZEALAND).date().isoformat()
        rows = [
            {"day": day, "name": name, "count": count} for name, count in sorted(waiting.items()) if count
        ]
        if not rows:
            return
        try:
            async with self._engine.begin() as connection:
                await connection.execute(adding(self._engine, usage, "count").values(rows))
        except Exception:
            self._waiting.update(waiting)
            raise

    async def totals(self, since: date) -> Mapping[str, int]:
        """Each counter's sum from `since` on."""
        await self.flush()
        query = select(usage.c.name, func.sum(usage.c.count)).where(usage.c.day >= since.isoformat())
        async with self._engine.connect() as connection:
            rows = await connection.execute(query.group_by(usage.c.name))
            counted = {name: int(count) for name, count in rows}
            return counted | await self._opinions(connection, since)

    async def _opinions(self, connection: AsyncConnection, since: date) -> dict[str, int]:
        """How many readers found an answer helpful, and how many did not."""
        start = datetime.combine(since, time.min, NEW_ZEALAND)
        query = select(feedback.c.helpful, func.count()).where(
            feedback.c.helpful.is_not(None), feedback.c.at >= start.astimezone(UTC)
        )
        rows = await connection.execute(query.group_by(feedback.c.helpful))
        return {"helpful" if helpful else "unhelpful": int(count) for helpful, count in rows}

    async def _before(self, answer: Answer) -> str | None:
        """How the conversation's question before this one ended."""
        query = (
            select(receipts.c.outcome)
            .where(receipts.c.conversation_id == answer.conversation_id, receipts.c.id != answer.id)
            .order_by(receipts.c.created_at.desc())
            .limit(1)
        )
        async with self._engine.connect() as connection:
            return await connection.scalar(query)
