"""What an assistant is made of: built once, at the composition root."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from assistant.answer_cache import AnswerCache
from assistant.compose import Composer, ExtractiveComposer
from assistant.conditions import Conditions, Controls, Held
from assistant.extract import Length
from assistant.limits import CHECK_SECONDS
from assistant.scoring import Mix
from assistant.switches import Level
from assistant.threshold import Threshold, default_threshold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.asked import Asked
    from assistant.conversations import Conversations
    from assistant.model import Answer, Retrieved, Screened
    from assistant.rerank import Reranker
    from assistant.screen import Guards
    from ingest import Index, Snapshot

_log = structlog.get_logger("assistant")


def _new_id() -> str:
    return f"a_{secrets.token_hex(12)}"


class Observe(Protocol):
    """Told of an answer, and whether its conversation had a question before."""

    async def __call__(self, answer: Answer, *, follows: bool) -> None: ...


@dataclass(frozen=True)
class Assistant:
    """The parts that `answer` works with; composers are tried in order, the extractive one last."""

    index: Index
    guards: Guards
    composers: Sequence[Composer] = (ExtractiveComposer(),)
    conversations: Conversations | None = None
    controls: Controls | None = None
    asked: Asked | None = None
    cache: AnswerCache | None = None
    threshold: Threshold = field(default_factory=default_threshold)
    retrieval: Mix = field(default_factory=Mix)
    reranker: Reranker | None = None
    check_seconds: float = CHECK_SECONDS
    clock: Callable[[], float] = field(default=time.monotonic)
    new_id: Callable[[], str] = field(default=_new_id)
    observe: Observe | None = None
    """Told of each answer that was given in a conversation: for counts, never for content."""
    on_answered: Callable[[Answer], None] = field(default=lambda _: None)
    """Told of every answer; for figures, never for content."""
    on_retrieved: Callable[[Retrieved], None] = field(default=lambda _: None)
    """Told of what was found for a question; for measurement, which sees more than an answer lists."""

    @property
    def tuned(self) -> dict[str, Any]:
        """The numbers that decide an answer, by the section of a configuration that may change them."""
        return {"threshold": self.threshold, "retrieval": self.retrieval, "extraction": self.extraction}

    @property
    def extraction(self) -> Length:
        """How much of the pages' own words is shown."""
        lengths = [each.length for each in self.composers if isinstance(each, ExtractiveComposer)]
        return lengths[-1] if lengths else Length()

    def threshold_on(self, snapshot: Snapshot) -> Threshold:
        """What an operator or a configuration names; else what was fitted on the version; else what ships."""
        if snapshot.calibration is None or self.threshold != default_threshold():
            return self.threshold
        return snapshot.once("threshold", lambda: self._fitted(snapshot))

    def _fitted(self, snapshot: Snapshot) -> Threshold:
        try:
            return Threshold.of(snapshot.calibration or {})
        except (KeyError, TypeError, ValueError) as error:
            _log.warning("not calibrated by this release", version=snapshot.version, missing=str(error))
            return self.threshold

    async def conditions(self) -> Conditions:
        """What holds now; raises `IngestError` where there is no index, or no database."""
        held = await self.controls.read() if self.controls else Held()
        return Conditions(await self.index.live(held.live), held.topics, held.preferred, held.off)

    def composers_under(self, conditions: Conditions) -> Sequence[Composer]:
        """Those that may be used now: without a prompt no model is asked."""
        if Level.GENERATION in conditions.off:
            return tuple(each for each in self.composers if each.prompt_digest is None)
        return self.composers

    def cache_key(self, screened: Screened, conditions: Conditions) -> str | None:
        """What the answer is kept under; None for one that is not kept."""
        if self.cache is None or Level.ANSWERING in conditions.off:
            return None
        return self.cache.key(
            screened,
            conditions,
            composers=self.composers_under(conditions),
            policy=self.guards.policy.version,
            tuned=self.tuned,
        )

    async def remember(self, answer: Answer, screened: Screened | None) -> None:
        """Keep the receipt of an answer; an answer is never lost because it could not be kept."""
        self.on_answered(answer)
        if self.conversations is None or screened is None:
            return
        try:
            await self.conversations.keep(answer)
            if self.asked is not None:
                await self.asked.count(answer, screened)
            if self.observe is not None and answer.conversation_id is not None:
                await self.observe(answer, follows=bool(screened.history))
        except Exception as error:  # noqa: BLE001 any storage failure: the citizen still gets the answer
            _log.error("receipt not kept", answer=answer.id, error=type(error).__name__)
