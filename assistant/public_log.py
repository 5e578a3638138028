"""A public log of what changed, each entry bound to the one before it by a hash.

Whoever changes or removes an entry changes every digest after it, so anyone who kept an earlier digest can
tell. Entries hold aggregates, version numbers and words written for the public, never a question.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Column, DateTime, Integer, String, Table, func, insert, select
from sqlalchemy.exc import IntegrityError

from ingest import digest, metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

START = "0" * 64
"""What stands in the first entry for the digest before it."""

public_log = Table(
    "public_log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("key", String(120), nullable=False, unique=True),
    Column("body", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `digest` is SHA-256 of the other fields as JSON with sorted keys and no spaces."""

    number: int
    at: datetime
    kind: str
    key: str
    """Names what happened, so that nothing is entered twice."""
    body: Mapping[str, Any]
    previous: str
    digest: str

    @property
    def expected(self) -> str:
        """The digest that the entry's own fields give."""
        fields = {
            "number": self.number,
            "at": self.at.astimezone(UTC).isoformat(timespec="seconds"),
            "kind": self.kind,
            "key": self.key,
            "body": self.body,
            "previous": self.previous,
        }
        return digest(json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


class PublicLog:
    """The log's table. Rows are only ever added."""

    def __init__(self, engine: AsyncEngine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    async def keys(self) -> frozenset[str]:
        """What each entry names: the things that are entered already."""
        async with self._engine.connect() as connection:
            return frozenset(await connection.scalars(select(public_log.c.key)))

    async def append(self, kind: str, key: str, body: Mapping[str, Any]) -> Entry | None:
        """Enter what happened; None where it stands there already."""
        for _ in range(5):  # another worker may enter something at the same moment
            try:
                async with self._engine.begin() as connection:
                    return await self._enter(connection, kind, key, body)
            except IntegrityError:
                continue
        return None

    async def entries(self, *, kind: str | None = None, limit: int | None = None) -> tuple[Entry, ...]:
        """The entries, newest first."""
        query = select(public_log).order_by(public_log.c.number.desc())
        if kind is not None:
            query = query.where(public_log.c.kind == kind)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query.limit(limit) if limit else query)).mappings().all()
        return tuple(_entry(dict(row)) for row in rows)

    async def broken_at(self) -> int | None:
        """The first entry that was changed, or before which one is missing; None if all is whole."""
        before, expected = START, 1
        for entry in reversed(await self.entries()):
            if entry.number != expected or entry.previous != before or entry.digest != entry.expected:
                return entry.number
            before, expected = entry.digest, expected + 1
        return None

    async def _enter(
        self, connection: AsyncConnection, kind: str, key: str, body: Mapping[str, Any]
    ) -> Entry | None:
        known = await connection.scalar(
            select(func.count()).select_from(public_log).where(public_log.c.key == key)
        )
        if known:
            return None
        last = (
            await connection.execute(select(public_log).order_by(public_log.c.number.desc()).limit(1))
        ).first()
        at = self._now().astimezone(UTC).replace(microsecond=0)
        number, previous = (last.number + 1, last.digest) if last else (1, START)
        draft = Entry(number, at, kind, key, json.loads(json.dumps(body)), previous, "")
        entered = Entry(number, at, kind, key, draft.body, previous, draft.expected)
        values = {name: getattr(entered, name) for name in public_log.c.keys()}  # noqa: SIM118 not a dict
        await connection.execute(insert(public_log).values(**values))
        return entered


def _entry(row: dict[str, Any]) -> Entry:
    at = row["at"]
    return Entry(**{**row, "at": at if at.tzinfo else at.replace(tzinfo=UTC)})
