"""The audit trail: who did what to what, before and after, in a chain of hashes.

An entry's hash covers its content and the hash of the entry before, so that a change anywhere shows in
every later entry; triggers in the database refuse updates and deletions. Entries cut off the end leave
a shorter chain that is whole in itself: the log holds each entry's hash as well, to compare with.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from ingest import digest
from web.access.tables import audit

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncEngine

FIRST = "0" * 64
TYPED = frozenset({"reason"})
"""Fields of `before` and `after` that hold what somebody typed freely."""
_TRIES = 20
_log = structlog.get_logger("audit")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail."""

    id: int
    at: datetime
    by: str
    action: str
    subject: str
    before: Any
    after: Any
    previous: str
    hash: str


class Audit:
    """The trail; `redact` takes personal information out of what people typed before it is kept."""

    def __init__(
        self, engine: AsyncEngine, now: Callable[[], datetime], redact: Callable[[str], str]
    ) -> None:
        self._engine, self._now, self._redact = engine, now, redact

    async def record(self, by: str, action: str, subject: str, before: Any = None, after: Any = None) -> None:
        """Add an entry. `before` and `after` are JSON values; nothing can take the entry back."""
        row: dict[str, Any] = {
            "at": self._now(),
            "by": by,
            "action": action,
            "subject": subject,
            "before": self._clean(before),
            "after": self._clean(after),
        }
        for _ in range(_TRIES):  # another process may have added an entry since this one read the last
            try:
                await self._append(row)
            except IntegrityError:
                continue
            return
        raise RuntimeError("the audit trail could not be extended")

    async def entries(self, *, limit: int = 100, before: int | None = None) -> list[Entry]:
        """The latest entries, newest first; `before` is the number of an entry to go on from."""
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(audit.c.id < before)
        async with self._engine.connect() as connection:
            return [Entry(**row._mapping) for row in await connection.execute(query)]

    async def count(self) -> int:
        """How many entries there are."""
        async with self._engine.connect() as connection:
            return int(await connection.scalar(select(func.count()).select_from(audit)) or 0)

    async def broken(self) -> int | None:
        """The number of the first entry that was tampered with; None for a chain that is whole."""
        previous = FIRST
        async with self._engine.connect() as connection:
            async for row in await connection.stream(select(audit).order_by(audit.c.id)):
                entry = Entry(**row._mapping)
                if entry.previous != previous or entry.hash != _hash(previous, row._mapping):
                    return entry.id
                previous = entry.hash
        return None

    async def _append(self, row: dict[str, Any]) -> None:
        async with self._engine.begin() as connection:
            last = await connection.scalar(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1))
            previous = last or FIRST
            entry = {**row, "previous": previous, "hash": _hash(previous, row)}
            await connection.execute(insert(audit).values(**entry))
        _log.info("audit", action=row["action"], hash=entry["hash"])

    def _clean(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: self._redact(each) if name in TYPED and each else each for name, each in value.items()}


def _hash(previous: str, row: Any) -> str:
    content = [row["at"].isoformat(), *(row[name] for name in ("by", "action", "subject", "before", "after"))]
    return digest(json.dumps([previous, *content], ensure_ascii=False, sort_keys=True))
