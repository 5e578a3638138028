"""What an assistant is made of: built once, at the composition root."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from assistant.compose import Composer, ExtractiveComposer
from assistant.limits import CHECK_SECONDS
from assistant.preferences import Preferred
from assistant.threshold import Threshold, default_threshold

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from assistant.asked import Asked
    from assistant.conversations import Conversations
    from assistant.model import Answer, Retrieved, Screened
    from assistant.preferences import Preferences
    from assistant.screen import Guards
    from assistant.topics import Topics, TopicState
    from ingest import Index

_log = structlog.get_logger("assistant")


def _new_id() -> str:
    return f"a_{secrets.token_hex(12)}"


@dataclass(frozen=True)
class Assistant:
    """The parts that `answer` works with; composers are tried in order, the extractive one last."""

    index: Index
    guards: Guards
    composers: Sequence[Composer] = (ExtractiveComposer(),)
    conversations: Conversations | None = None
    topics: Topics | None = None
    preferences: Preferences | None = None
    asked: Asked | None = None
    threshold: Threshold = field(default_factory=default_threshold)
    check_seconds: float = CHECK_SECONDS
    clock: Callable[[], float] = field(default=time.monotonic)
    new_id: Callable[[], str] = field(default=_new_id)
    observe: Callable[[Answer], Awaitable[None]] | None = None
    """Told of each answer that was given in a conversation: for counts, never for content."""
    on_retrieved: Callable[[Retrieved], None] = field(default=lambda _: None)
    """Told of what was found for a question; for measurement, which sees more than an answer lists."""

    async def topic_states(self) -> Mapping[str, TopicState]:
        """The switches and notices as they are now; raises what the database raises."""
        return await self.topics.states() if self.topics else {}

    async def preferred(self) -> Preferred:
        """What editors want of pages now; raises what the database raises."""
        return await self.preferences.held() if self.preferences else Preferred()

    async def remember(self, answer: Answer, screened: Screened | None) -> None:
        """Keep the receipt of an answer; an answer is never lost because it could not be kept."""
        if self.conversations is None or screened is None:
            return
        try:
            await self.conversations.keep(answer)
            if self.asked is not None:
                await self.asked.count(answer, screened)
            if self.observe is not None and answer.conversation_id is not None:
                await self.observe(answer)
        except Exception as error:  # noqa: BLE001 any storage failure: the citizen still gets the answer
            _log.error("receipt not kept", answer=answer.id, error=type(error).__name__)
