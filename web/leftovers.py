"""Everything that is kept for a time, in one list, for the sweep that the worker makes and the command.

What a person said is kept by `assistant`; what is left over from sign-ins, webhooks and jobs, here.
`docs/data/retention.md` lists each with its setting.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from assistant.asked import asked_questions
from web.access.tables import access_handshakes, access_sessions
from web.editing.deliveries import hook_deliveries
from web.jobs.tables import job_lines, jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.ext.asyncio import AsyncEngine

    from web.dependencies import Parts
    from web.retention import Expiring
    from web.settings import Settings


class Leftovers:
    """Sign-ins, webhook messages, jobs that are over, and counts of questions."""

    def __init__(self, engine: AsyncEngine, settings: Settings, now: Callable[[], datetime]) -> None:
        self._engine, self._settings, self._now = engine, settings, now

    async def expire(self) -> int:
        """Delete what has had its time; how many rows that were."""
        now = self._now()
        over = jobs.c.finished_at < now - timedelta(days=self._settings.job_days)
        first_day = (now - timedelta(days=self._settings.question_days)).date()
        rules: list[tuple[Table, ColumnElement[bool]]] = [
            (asked_questions, asked_questions.c.last_day < first_day),
            (access_sessions, access_sessions.c.expires_at < now),
            (access_handshakes, access_handshakes.c.expires_at < now),
            (hook_deliveries, hook_deliveries.c.until < now),
            (job_lines, job_lines.c.job_id.in_(select(jobs.c.id).where(over))),
            (jobs, over),
        ]
        gone = 0
        async with self._engine.begin() as connection:
            for table, condition in rules:
                gone += (await connection.execute(delete(table).where(condition))).rowcount
        return gone


def kept_for_a_time(built: Parts) -> Sequence[Expiring]:
    """All that must be swept."""
    leftovers = Leftovers(built.engine, built.settings, built.now)
    return (built.conversations, built.feedback, built.shares, leftovers)
