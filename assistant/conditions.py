"""What holds for every question at one moment: the live version, and what people have switched and set.

One query reads all of it, so that a change by an editor or a switch counts on the very next question, on
every replica, and a question pays for one round trip to the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import String, case, cast, literal, select, union_all

from assistant.preferences import Effect, Preference, Preferred, page_preferences
from assistant.switches import Level, service_switches
from assistant.topics import TopicState, topic_states
from ingest import LIVE_VERSION, storage_errors, transact

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, CompoundSelect, Select
    from sqlalchemy.ext.asyncio import AsyncEngine

    from ingest import Snapshot

    _Rows = Select[str, str, str, str]


@dataclass(frozen=True)
class Conditions:
    """Read once a question, so that all its steps see the same."""

    snapshot: Snapshot
    topics: Mapping[str, TopicState]
    preferred: Preferred
    off: frozenset[Level]


@dataclass(frozen=True)
class Held:
    """What people have switched and set; `live` is the number of the live version, where it was read."""

    live: int | None = None
    topics: Mapping[str, TopicState] = field(default_factory=dict)
    preferred: Preferred = field(default_factory=Preferred)
    off: frozenset[Level] = frozenset()


@dataclass(frozen=True)
class Controls:
    """Reads what holds from the database that all replicas share.

    Without `editors` only the switches count: evaluations measure what was built, not what editors changed.
    """

    engine: AsyncEngine
    editors: bool = True

    async def read(self) -> Held:
        """What holds now; raises `StorageFailed`."""
        query = _ALL if self.editors else _SWITCHES
        with storage_errors():
            rows = await transact(self.engine, lambda connection: connection.execute(query).all())
        by_kind: dict[str, list[tuple[str, str, str]]] = {"live": [], "topic": [], "page": [], "off": []}
        for kind, first, second, third in rows:
            by_kind[kind].append((first, second, third))
        return Held(
            live=next((int(number) for number, _, _ in by_kind["live"]), None),
            topics={
                topic: TopicState(off=off == _OFF, notice=notice) for topic, off, notice in by_kind["topic"]
            },
            preferred=Preferred(
                tuple(
                    Preference(topic, page, Effect(effect)) for topic, page, effect in sorted(by_kind["page"])
                )
            ),
            off=frozenset(Level(level) for level, _, _ in by_kind["off"]),
        )


_OFF = "off"
_NOTHING = literal("")


def _rows(
    kind: str,
    first: ColumnElement[str],
    second: ColumnElement[str] = _NOTHING,
    third: ColumnElement[str] = _NOTHING,
) -> _Rows:
    return select(literal(kind).label("kind"), first.label("a"), second.label("b"), third.label("c"))


def _switches() -> _Rows:
    return _rows("off", service_switches.c.level).where(service_switches.c.off)


def _everything() -> CompoundSelect[str, str, str, str]:
    off = case((topic_states.c.off, _OFF), else_="")
    said = topic_states.c.off | (topic_states.c.notice != "")
    pages, live = page_preferences.c, LIVE_VERSION.subquery().c
    return union_all(
        _rows("live", cast(live.index_version, String)),
        _rows("topic", topic_states.c.topic, off, topic_states.c.notice).where(said),
        _rows("page", pages.topic, pages.page_id, pages.effect),
        _switches(),
    )


_ALL, _SWITCHES = _everything(), _switches()
