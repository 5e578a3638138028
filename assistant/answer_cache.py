"""Answers that were given a short while ago, by everything that they rest on.

Only a question that stands alone, from which nothing had to be removed and that no guard stopped is looked
up, and only an answer to which every part did its work is kept. A change of the index, of a topic, of a
preferred page, of the policy, of the prompt or of the configuration is another key: nothing is ever
invalidated, it is just not asked for any more. What is kept names neither the question nor who asked.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from cachetools import TTLCache

from assistant.model import Outcome
from guardrails import Action
from ingest import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.compose import Composer
    from assistant.conditions import Conditions
    from assistant.model import Answer, Screened
    from ingest import Snapshot

KEPT = frozenset({Outcome.ANSWERED, Outcome.NOT_FOUND, Outcome.CLARIFICATION})
"""Endings that may be repeated; a refusal costs nothing, and an error must not last."""


class AnswerStore(Protocol):
    """Where answers are kept. Neither method raises: a store that fails holds nothing."""

    async def get(self, key: str) -> Answer | None: ...

    async def put(self, key: str, answer: Answer) -> None: ...


class MemoryAnswers:
    """The latest answers of this process: at most `size`, each for `seconds`."""

    def __init__(self, size: int, seconds: float, clock: Callable[[], float]) -> None:
        self._held: TTLCache[str, Answer] = TTLCache(size, seconds, timer=clock)

    async def get(self, key: str) -> Answer | None:
        return self._held.get(key)

    async def put(self, key: str, answer: Answer) -> None:
        self._held[key] = answer


@dataclass(frozen=True)
class AnswerCache:
    """Answers in `store`; `configuration` names what else decides: model, embedder, release."""

    store: AnswerStore
    configuration: str
    told: Callable[[str], None] = lambda _: None
    """Told of each question: "hit", "miss" or "passed" where it is never looked up."""

    async def find(self, key: str | None) -> Answer | None:
        """The answer under `key`, if there is one."""
        found = await self.store.get(key) if key else None
        self.told("hit" if found else "miss" if key else "passed")
        return found

    async def keep(self, key: str, answer: Answer) -> None:
        """Keep an answer without its question, conversation and identifier."""
        if answer.outcome in KEPT and not answer.dropped:
            await self.store.put(
                key, replace(answer, id="", question="", conversation_id=None, redacted=(), timings={})
            )

    def key(
        self,
        screened: Screened,
        conditions: Conditions,
        *,
        composers: Sequence[Composer],
        policy: str,
        tuned: object,
    ) -> str | None:
        """Of all that the answer rests on; None for a question that is always answered anew."""
        alone = not screened.history and not screened.findings
        if not alone or screened.verdict.action is not Action.PASS:
            return None
        parts = (
            normalised(screened.text),
            screened.language,
            conditions.snapshot.version,
            content_digest(conditions.snapshot),
            sorted(conditions.topics.items()),
            conditions.preferred,
            sorted(conditions.off),
            policy,
            [(each.name, each.prompt_digest) for each in composers],
            tuned,
            self.configuration,
        )
        return digest(repr(parts))


def content_digest(snapshot: Snapshot) -> str:
    """Of every page's version: two installations on one Redis server count their versions alike."""
    return snapshot.once(
        "content digest", lambda: digest("\n".join(f"{page.id} {page.version}" for page in snapshot.pages))
    )


def normalised(text: str) -> str:
    """The question without what makes no difference: case, spacing, a mark at its end."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split()).rstrip(" ?!.")
