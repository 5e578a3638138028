"""Which webhook messages came before: each signature counts once, however many processes serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, String, Table, delete, insert
from sqlalchemy.exc import IntegrityError

from ingest import digest, metadata
from web.columns import Instant

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncEngine

hook_deliveries = Table(
    "hook_deliveries",
    metadata,
    Column("signature_hash", String(64), primary_key=True),
    Column("until", Instant, nullable=False, index=True),
)


class Deliveries:
    """The signatures that have been seen, for as long as their messages could still be fresh."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def first(self, signature: str, *, until: datetime, now: datetime) -> bool:
        """Whether this is the first time; remembers it until then."""
        row = {"signature_hash": digest(signature), "until": until}
        try:
            async with self._engine.begin() as connection:
                await connection.execute(delete(hook_deliveries).where(hook_deliveries.c.until < now))
                await connection.execute(insert(hook_deliveries).values(**row))
        except IntegrityError:
            return False
        return True

    async def forget(self, signature: str) -> None:
        """Nothing came of that message: the next time is its first."""
        async with self._engine.begin() as connection:
            await connection.execute(
                delete(hook_deliveries).where(hook_deliveries.c.signature_hash == digest(signature))
            )
