"""Which questions the changed pages of a version could affect.

A question is affected where a page that differs is among the best for it under either version: an answer
quotes two pages at most, so what is further down cannot come into it. A quick look at the single scores
of retrieval, for many questions at once, leaves the ranking proper to few.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
from anyio import to_thread

from assistant import Screened, Turn, retrieve, understand
from guardrails import Action, Verdict
from ingest import read_all, terms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from assistant import Assistant
    from evals import Case
    from ingest import Snapshot
    from web.editing.report import Asking

BEST = 8
"""Pages of the ranking proper that could come into an answer, with room to spare."""

DEEP = 24
"""Pages by any single score from which one could come among the best of the ranking proper."""

BATCH = 64


class Step(Protocol):
    """Told after each batch how many questions have been looked at; may raise to stop."""

    async def __call__(self, done: int, total: int) -> None: ...


@dataclass(frozen=True)
class Affected:
    """Finds affected questions; vectors of those that were looked at last are kept for the next time."""

    assistant: Assistant
    _vectors: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    async def find(
        self,
        asking: Sequence[tuple[Asking, Case]],
        versions: Sequence[Snapshot],
        touched: AbstractSet[str],
        step: Step,
    ) -> list[tuple[Asking, Case]]:
        """Those for which a page of `touched` (ids) comes into question under any of `versions`."""
        found = []
        for old in self._vectors.keys() - {case.question for _, case in asking}:
            del self._vectors[old]  # what nobody asks any more is not held on to
        for at in range(0, len(asking), BATCH):
            batch = asking[at : at + BATCH]
            near = await to_thread.run_sync(self._near, batch, versions, touched)
            found += [each for each, is_near in zip(batch, near, strict=True) if is_near]
            await step(min(at + BATCH, len(asking)), len(asking))
        return found

    def _near(
        self, batch: Sequence[tuple[Asking, Case]], versions: Sequence[Snapshot], touched: AbstractSet[str]
    ) -> list[bool]:
        vectors = self._embedded([case.question for _, case in batch])
        likely = np.zeros(len(batch), dtype=bool)
        for snapshot in versions:
            places = [at for at, page in enumerate(snapshot.pages) if page.id in touched]
            if places:
                likely |= _likely([case.question for _, case in batch], vectors, snapshot, places)
        return [
            bool(may or case.history) and any(self._ranks(case, vector, each, touched) for each in versions)
            for (_, case), vector, may in zip(batch, vectors, likely, strict=True)
        ]

    def _embedded(self, questions: Sequence[str]) -> NDArray[np.float32]:
        kept = self._vectors.copy()  # another check may let go of some while this one reads
        new = list(dict.fromkeys(each for each in questions if each not in kept))
        if new:
            kept.update(zip(new, read_all(self.assistant.index.embedder, new), strict=True))
        self._vectors.update((each, kept[each]) for each in questions)
        return np.stack([kept[each] for each in questions])

    def _ranks(
        self, case: Case, vector: NDArray[np.float32], snapshot: Snapshot, touched: AbstractSet[str]
    ) -> bool:
        turns = tuple(Turn(each) for each in case.history)
        screened = Screened(case.question, turns, None, (), Verdict(Action.PASS, "", ""), vector)
        embedder, threshold = self.assistant.index.embedder, self.assistant.threshold_on(snapshot)
        mix = self.assistant.retrieval
        found = retrieve(understand(screened), snapshot, embedder, k=BEST, threshold=threshold, mix=mix)
        return any(ranked.page.id in touched for ranked in found.pages)


def _likely(
    questions: Sequence[str], vectors: NDArray[np.float32], snapshot: Snapshot, places: Sequence[int]
) -> NDArray[np.bool_]:
    """For each question, whether a page at one of `places` is among the `DEEP` best by any single score."""
    dense = _best_by_page(vectors @ snapshot.vectors.T, snapshot.first_passage)
    words = np.stack([snapshot.lexical.scores(terms(each)) for each in questions])
    found = _among(dense, places) | (_among(words, places) & (words[:, places].max(axis=1) > 0))
    if snapshot.unit_vectors is not None:
        found |= _among(_best_by_page(vectors @ snapshot.unit_vectors.T, snapshot.first_unit), places)
    return np.asarray(found, dtype=bool)


def _best_by_page(scores: NDArray[np.float32], firsts: NDArray[np.int32]) -> NDArray[np.float32]:
    return np.asarray(np.maximum.reduceat(scores, firsts, axis=1), dtype=np.float32)


def _among(scores: NDArray[np.float32], places: Sequence[int]) -> NDArray[np.bool_]:
    best = scores[:, places].max(axis=1, keepdims=True)
    return np.asarray((scores > best).sum(axis=1) < DEEP, dtype=bool)
