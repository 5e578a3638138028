"""Pages that say nearly the same, and which of them has taken the other's place.

Pages whose vectors are close are compared by the runs of three words that they share, figures left out:
two editions of a page with two fees are the same page (Broder, On the Resemblance and Containment of
Documents, 1997).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingest.terms import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ingest.model import StoredPage

CLOSE = 0.85
"""Cosine of two pages' mean vectors from which they are compared by their words."""

ALIKE = 0.7
"""Share of common runs of words, of all that either page has, from which two pages are duplicates."""

LEAST_WORDS = 8
"""Words below which a page says too little to be told from another."""

RUN = 3
_BLOCK = 1_024
_FIGURE = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Two pages, by id, that say nearly the same, and how much of it they share (0 to 1)."""

    first: str
    second: str
    alike: float


def page_vectors(vectors: NDArray[np.float32], firsts: NDArray[np.int32]) -> NDArray[np.float32]:
    """The mean direction of each page's passages, shape (pages, dimensions)."""
    if not len(firsts):
        return np.zeros((0, vectors.shape[1] if vectors.ndim == 2 else 0), dtype=np.float32)
    sums = np.add.reduceat(vectors, firsts, axis=0)
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9), np.float32)


def duplicates_of(
    pages: Sequence[StoredPage], means: NDArray[np.float32], positions: Sequence[int]
) -> Iterator[Pair]:
    """Pairs of near-duplicates of which at least one page is at one of `positions`, each pair once."""
    runs: dict[int, frozenset[tuple[str, ...]]] = {}
    wanted = set(positions)
    for at in range(0, len(positions), _BLOCK):
        block = list(positions[at : at + _BLOCK])
        near = means[block] @ means.T >= CLOSE
        for row, other in zip(*(each.tolist() for each in np.nonzero(near)), strict=True):
            here = block[row]
            if here == other or (other in wanted and other < here):
                continue
            if pages[here].page.language != pages[other].page.language:
                continue
            for each in (here, other):
                if each not in runs:
                    runs[each] = word_runs(pages[each])
            alike = resemblance(runs[here], runs[other])
            if alike >= ALIKE:
                first, second = sorted((pages[here].id, pages[other].id))
                yield Pair(first, second, round(alike, 3))


def word_runs(stored: StoredPage) -> frozenset[tuple[str, ...]]:
    """The runs of `RUN` words of the page's text, figures left out."""
    said = words(_FIGURE.sub("", stored.page.text))
    if len(said) < LEAST_WORDS:
        return frozenset()
    return frozenset(tuple(said[at : at + RUN]) for at in range(len(said) - RUN + 1))


def resemblance(first: frozenset[tuple[str, ...]], second: frozenset[tuple[str, ...]]) -> float:
    """Share of the common runs among all (0 to 1)."""
    common = len(first & second)
    return common / (len(first) + len(second) - common) if common else 0.0


def successors(pages: Sequence[StoredPage], pairs: Sequence[Pair]) -> NDArray[np.int32]:
    """For each page, the position of the next newer page that says nearly the same; -1 where there is none.

    A page is newer whose source dates it later. Where a date is missing nobody can tell.
    """
    places = {page.id: at for at, page in enumerate(pages)}
    found = np.full(len(pages), -1, dtype=np.int32)
    for pair in pairs:
        both = [places[each] for each in (pair.first, pair.second) if each in places]
        if len(both) < 2:
            continue
        dated = [(pages[each].page.last_updated, each) for each in both]
        (first, one), (second, two) = dated
        if first is None or second is None or first == second:
            continue
        older, newer = (one, two) if first < second else (two, one)
        held = found[older]
        if held < 0 or (pages[newer].page.last_updated or first) < (pages[held].page.last_updated or first):
            found[older] = newer
    return found
