"""What holds for every question at one moment: the live version, and what people have switched and set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.preferences import Preferred
    from assistant.switches import Level
    from assistant.topics import TopicState
    from ingest import Snapshot


@dataclass(frozen=True)
class Conditions:
    """Read once a question, so that all its steps see the same."""

    snapshot: Snapshot
    topics: Mapping[str, TopicState]
    preferred: Preferred
    off: frozenset[Level]
