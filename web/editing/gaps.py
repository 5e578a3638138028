"""Questions that found nothing, as a worklist: by topic, and by meaning within a topic."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from assistant import AskedQuestion
    from ingest import Embedder

ALIKE = 0.6
"""Cosine from which two questions are taken to be about the same; chosen by hand, not measured."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that mean about the same, the most frequent first."""

    topic: str
    questions: tuple[AskedQuestion, ...]

    @property
    def times(self) -> int:
        """How often they were asked, all together."""
        return sum(each.times for each in self.questions)


def gaps(unanswered: Sequence[AskedQuestion], embedder: Embedder) -> list[Gap]:
    """The most asked first. Deterministic: each question joins the first group whose head it is like."""
    found: list[Gap] = []
    by_topic = sorted(unanswered, key=lambda each: (each.topic, -each.times, each.text))
    for topic, group in groupby(by_topic, key=lambda each: each.topic):
        members = list(group)
        vectors = embedder.embed([each.text for each in members])
        found += [Gap(topic, tuple(members[at] for at in places)) for places in _grouped(vectors)]
    return sorted(found, key=lambda each: (-each.times, each.questions[0].text))


def _grouped(vectors: NDArray[np.float32]) -> list[list[int]]:
    groups: list[list[int]] = []
    for at, vector in enumerate(vectors):
        for group in groups:
            if float(vectors[group[0]] @ vector) >= ALIKE:
                group.append(at)
                break
        else:
            groups.append([at])
    return groups
