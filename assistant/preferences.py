"""An editor's word on pages of a topic: boosted, pinned or hidden, from the next question on.

A question's topic is that of the page that would come first without any of this. Every change is kept,
with who made it and why; rows of `page_preference_changes` are only ever added.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Column, DateTime, Integer, String, Table, Text, delete, insert, select

from assistant.errors import PreferenceError
from ingest import metadata, upsert

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray
    from sqlalchemy.ext.asyncio import AsyncEngine

    from ingest import Snapshot

page_preferences = Table(
    "page_preferences",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("page_id", String(16), primary_key=True),
    Column("effect", String(10), nullable=False),
)

page_preference_changes = Table(
    "page_preference_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("topic", String(100), nullable=False),
    Column("page_id", String(16), nullable=False),
    Column("effect", String(10), nullable=True),
    Column("by", String(100), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)


class Effect(StrEnum):
    """What an editor wants of a page on questions of a topic."""

    BOOST = "boost"
    """It counts for more."""
    PIN = "pin"
    """It comes first, where it fits the question at all."""
    HIDE = "hide"
    """It is not found."""


@dataclass(frozen=True, slots=True)
class Preference:
    """One page's effect on one topic."""

    topic: str
    page_id: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class PreferenceChange:
    """One change; no effect means that it was taken back."""

    topic: str
    page_id: str
    effect: Effect | None
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Preferred:
    """The effects that hold now, ready to be applied to the scores of a version's pages."""

    held: Sequence[Preference] = ()

    @property
    def lifts(self) -> bool:
        """Whether any page is to come before others."""
        return any(each.effect is not Effect.HIDE for each in self.held)

    @property
    def hiding_only(self) -> Preferred:
        """What is hidden stays so, and nothing comes before others."""
        return Preferred(tuple(each for each in self.held if each.effect is Effect.HIDE))

    def __call__(self, snapshot: Snapshot, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """The scores, one a page of `snapshot`, with the effects for the topic of the best page."""
        if not self.held or not len(scores) or scores.max() <= 0:
            return scores
        best = int(np.argmax(scores))
        topic = snapshot.pages[best].page.topic or ""
        effects = {each.page_id: each.effect for each in self.held if each.topic == topic}
        return _applied(effects, snapshot, scores) if effects else scores


def _applied(
    effects: Mapping[str, Effect], snapshot: Snapshot, scores: NDArray[np.float32]
) -> NDArray[np.float32]:
    weights, changed = _weights(), scores.copy()
    best = float(scores.max())
    for page_id, effect in effects.items():
        page = snapshot.page(page_id)
        if page is None:
            continue
        at = snapshot.position(page)
        if effect is Effect.HIDE:
            changed[at] = 0
        elif effect is Effect.BOOST:
            changed[at] *= weights["boost"]
        elif scores[at] >= weights["pin_from"] * best:
            changed[at] = weights["boost"] * best + scores[at]
    return changed


@cache
def _weights() -> Mapping[str, float]:
    text = (files(__package__) / "preferences.toml").read_text(encoding="utf-8")
    return {name: value for name, value in tomllib.loads(text).items() if isinstance(value, float)}


class Preferences:
    """The effects, in the database that all workers share."""

    def __init__(self, engine: AsyncEngine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    async def held(self) -> Preferred:
        """What holds now."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(page_preferences).order_by(page_preferences.c.topic))
            return Preferred(tuple(Preference(row.topic, row.page_id, Effect(row.effect)) for row in rows))

    async def change(self, topic: str, page_id: str, effect: Effect | None, *, by: str, reason: str) -> None:
        """Set a page's effect on a topic, or take it back with None; raises `PreferenceError`."""
        if not topic.strip() or not page_id.strip() or not by.strip() or not reason.strip():
            raise PreferenceError("a preference names the topic, the page, who sets it, and why")
        key = {"topic": topic, "page_id": page_id}
        async with self._engine.begin() as connection:
            if effect is None:
                table = page_preferences
                await connection.execute(
                    delete(table).where(table.c.topic == topic, table.c.page_id == page_id)
                )
            else:
                await connection.execute(upsert(self._engine, page_preferences).values(**key, effect=effect))
            await connection.execute(
                insert(page_preference_changes).values(
                    **key, effect=effect, by=by, reason=reason, at=self._now()
                )
            )

    async def changes(self) -> list[PreferenceChange]:
        """Every change ever made, newest first."""
        table = page_preference_changes
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(table).order_by(table.c.id.desc()))
            return [
                PreferenceChange(
                    row.topic,
                    row.page_id,
                    Effect(row.effect) if row.effect else None,
                    row.by,
                    row.reason,
                    row.at,
                )
                for row in rows
            ]
