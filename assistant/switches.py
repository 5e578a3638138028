"""Switches of the whole service: what is off is off from the next question on, on every worker.

Every change is kept, with who made it and why; rows of `service_switch_changes` are only ever added.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Column, DateTime, Integer, String, Table, Text, insert, select

from assistant.errors import SwitchError
from ingest import metadata, upsert

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncEngine


class Level(StrEnum):
    """What can be turned off, from the least to the most; a topic is turned off by `Topics`."""

    GENERATION = "generation"
    """No model is asked: answers are the pages' own words."""
    ANSWERING = "answering"
    """Nothing is answered; pages are still listed, and help in a crisis is still shown."""
    EVERYTHING = "everything"
    """No page and no request is served, except to say so."""


service_switches = Table(
    "service_switches",
    metadata,
    Column("level", String(20), primary_key=True),
    Column("off", Boolean, nullable=False),
)

service_switch_changes = Table(
    "service_switch_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("level", String(20), nullable=False),
    Column("off", Boolean, nullable=False),
    Column("by", String(100), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class SwitchChange:
    """One change of a switch."""

    level: Level
    off: bool
    by: str
    reason: str
    at: datetime


class Switches:
    """The switches, in the database that all workers share."""

    def __init__(self, engine: AsyncEngine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    async def off(self) -> frozenset[Level]:
        """What is off now."""
        query = select(service_switches.c.level).where(service_switches.c.off)
        async with self._engine.connect() as connection:
            return frozenset(Level(level) for level in await connection.scalars(query))

    async def turn(self, level: Level, *, off: bool, by: str, reason: str) -> None:
        """Turn a level off or on; raises `SwitchError` where nobody says who or why."""
        if not by.strip() or not reason.strip():
            raise SwitchError("turning the service off or on names who does it, and why")
        change = {"level": level, "off": off}
        async with self._engine.begin() as connection:
            await connection.execute(upsert(self._engine, service_switches).values(**change))
            await connection.execute(
                insert(service_switch_changes).values(**change, by=by, reason=reason, at=self._now())
            )

    async def changes(self, *, limit: int = 50) -> list[SwitchChange]:
        """The latest changes, newest first."""
        table = service_switch_changes
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(table).order_by(table.c.id.desc()).limit(limit))
            return [SwitchChange(Level(row.level), row.off, row.by, row.reason, row.at) for row in rows]
