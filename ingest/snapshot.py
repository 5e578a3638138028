"""One version of the index in memory, ready to be searched; it never changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ingest.coarse import FROM, Coarse
from ingest.duplicates import Pair, duplicates_of, page_vectors, successors
from ingest.lexical import Lexical
from ingest.policy import Freshness, Standing
from ingest.recent import Recent
from ingest.spelling import Lexicon
from ingest.terms import terms
from ingest.units import Outline, outline

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from ingest.model import Passage, StoredPage
    from ingest.structure import Block
    from ingest.unit_files import UnitFiles

_Made = TypeVar("_Made")

PAGES_MADE = 1_000
"""Pages whose units' vectors are kept at least, about 60 kB each, in a version that holds none."""


@dataclass(frozen=True)
class Snapshot:
    """A version's pages, their passages and units, and one unit vector for each passage and unit.

    Passages of a page stand together, in the page's order, and so do its units. `vectors` has the shape
    (passages, dimensions), `unit_vectors` (units, dimensions), or is None where the version holds none.
    """

    version: int
    pages: tuple[StoredPage, ...]
    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]
    lexical: Lexical
    page_of: NDArray[np.int32]
    """For each passage, the position of its page."""
    first_passage: NDArray[np.int32]
    """For each page, the position of its first passage."""
    outlines: tuple[Outline, ...]
    """For each page, its blocks and units."""
    first_unit: NDArray[np.int32]
    """For each page, the position of its first unit."""
    unit_lexical: Lexical
    """Lexical scores of units, each with its title, headings and lead-in."""
    unit_vectors: NDArray[np.float32] | None = None
    duplicates: tuple[Pair, ...] = ()
    """Pages that say nearly the same."""
    standing: Standing = field(default_factory=Standing)
    """How fresh pages are; it alone differs between two looks at one version."""
    calibration: Mapping[str, Any] | None = None
    """What was fitted on this version's pages, as whoever fitted it has written it."""
    units_made: Recent[NDArray[np.float32]] = field(default_factory=lambda: Recent(PAGES_MADE))
    """In a version without vectors of units: those of the pages that answered lately, by position."""
    unit_files: UnitFiles | None = None
    """Where such vectors are found that were made before, and left for others."""
    _made: dict[Hashable, object] = field(default_factory=dict)

    @classmethod
    def build(
        cls,
        version: int,
        pages: Sequence[StoredPage],
        vectors: NDArray[np.float32],
        unit_vectors: NDArray[np.float32] | None = None,
        outlines: Sequence[Outline] | None = None,
    ) -> Snapshot:
        """`vectors` has one row a passage, in the order of the pages and their passages.

        `unit_vectors` has one row a unit of the pages that have passages; `outlines` one entry a page,
        where they are at hand.
        """
        parsed = outlines if outlines is not None else [outline(each.page) for each in pages]
        both = [(page, lines) for page, lines in zip(pages, parsed, strict=True) if page.passages]
        kept, lines = tuple(page for page, _ in both), tuple(each for _, each in both)
        counts = [len(page.passages) for page in kept]
        held = np.ascontiguousarray(vectors, dtype=np.float32)
        pairs = duplicates_of(kept, page_vectors(held, firsts(counts)), range(len(kept)))
        searched = [unit.search_text for each in lines for unit in each.units]
        return cls(
            version=version,
            pages=kept,
            passages=tuple(passage for page in kept for passage in page.passages),
            vectors=held,
            lexical=Lexical([each.page.title for each in kept], [each.page.text for each in kept]),
            page_of=np.repeat(np.arange(len(kept), dtype=np.int32), counts),
            first_passage=firsts(counts),
            outlines=lines,
            first_unit=firsts([len(each.units) for each in lines]),
            unit_lexical=Lexical([""] * len(searched), searched),
            unit_vectors=unit_vectors,
            duplicates=tuple(sorted(pairs)),
        )

    def dense(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosine of every passage with the unit vector `query`.

        Exact, but in a large version (`ingest/coarse.py`) only near for passages that are far from it.
        """
        if self.coarse is not None:
            return self.coarse.cosines(query, self.vectors)
        return np.asarray(self.vectors @ query, dtype=np.float32)

    def cosines_of(self, position: int, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosine of every passage of the page at `position` with the unit vector `query`, exactly."""
        start = int(self.first_passage[position])
        held = self.vectors[start : start + len(self.pages[position].passages)]
        return np.asarray(held @ query, dtype=np.float32)

    @property
    def coarse(self) -> Coarse | None:
        """For a first look at the vectors of a large version, made once."""
        if len(self.vectors) < FROM:
            return None
        return self.once("coarse", lambda: Coarse.of(self.vectors))

    def settled(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scores of pages after what stands against some of them: the last step before they are ranked.

        A withheld page scores 0. A page that a newer one repeats scores less than that one, whatever
        the question, and never more than it did.
        """
        found = np.where(self.withheld, np.float32(0), scores)
        for older in self._superseded:
            newer = self.successors[older]
            while newer >= 0 and self.withheld[newer]:
                newer = self.successors[newer]
            below = np.nextafter(found[newer], np.float32(0))
            if newer >= 0 and found[older] > below:
                found[older] = below
        return np.asarray(found, dtype=np.float32)

    def freshness(self, page: StoredPage) -> Freshness:
        """Whether the page is fresh, labelled or withheld, by the policy."""
        return self.standing.freshness.get(page.id, Freshness.FRESH)

    def confirmed_at(self, page: StoredPage) -> datetime:
        """When the page's source last vouched for its text."""
        return self.standing.confirmed.get(page.id, page.fetched_at)

    def best_by_page(self, passage_scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Each page's best passage score."""
        return _best(passage_scores, self.first_passage)

    def best_unit_by_page(self, unit_scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Each page's best unit score."""
        return _best(unit_scores, self.first_unit)

    def page(self, page_id: str) -> StoredPage | None:
        """The page of that identifier in this version."""
        position = self._positions.get(page_id)
        return None if position is None else self.pages[position]

    def position(self, page: StoredPage) -> int:
        """Where in `pages` the page stands; raises `KeyError` for a page of another version."""
        return self._positions[page.id]

    def blocks(self, page: StoredPage) -> tuple[Block, ...]:
        """The page's blocks."""
        return self.outline(page).blocks

    def outline(self, page: StoredPage) -> Outline:
        """The page's blocks and units; a page that this version does not hold is parsed."""
        position = self._positions.get(page.id)
        if position is None or self.pages[position].version != page.version:
            return outline(page.page)
        return self.outlines[position]

    def units_of(self, position: int) -> slice:
        """The rows of the page at `position` among all units."""
        start = int(self.first_unit[position])
        return slice(start, start + len(self.outlines[position].units))

    def keys_of(self, text: str) -> frozenset[str]:
        """The search keys of a text of this version, worked out once."""
        return self.once(("keys of", text), lambda: frozenset(terms(text)))

    def page_keys(self, position: int) -> frozenset[str]:
        """The search keys of the title and text of the page at `position`, worked out once."""
        page = self.pages[position].page
        return self.once(("keys", position), lambda: frozenset(terms(f"{page.title}\n{page.text}")))

    def once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """What `make` returns, kept under `key` for as long as this version is open.

        A key never comes from a question, so that what is kept has an end: about 31 kB a page once each page
        has been asked about (measured on the starter content). A text of a page is no key by itself: it may
        read like another one.
        """
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = make()
        return found  # type: ignore[return-value]  # a key stands for one kind of value

    def page_unit_vectors(self, position: int) -> NDArray[np.float32] | None:
        """One row a unit of the page at `position`; None where they were not made."""
        if self.unit_vectors is not None:
            return self.unit_vectors[self.units_of(position)]
        return self.units_made.get(position)

    def make_unit_vectors(self, position: int, embed: Callable[[list[str]], NDArray[np.float32]]) -> None:
        """Vectors for the units of one page of a version that holds none, kept while it is asked about.

        They are read where they were made before.
        """
        if self.unit_vectors is None and self.units_made.get(position) is None:
            texts = [unit.search_text for unit in self.outlines[position].units]
            files = self.unit_files
            self.units_made.keep(position, embed(texts) if files is None else files.of(texts, embed))

    @property
    def successors(self) -> NDArray[np.int32]:
        """For each page, the position of the newer page that says nearly the same, or -1."""
        return self.once("successors", lambda: successors(self.pages, self.duplicates))

    @cached_property
    def withheld(self) -> NDArray[np.bool_]:
        """For each page, whether it is too old to answer."""
        return np.array([self.freshness(each) is Freshness.WITHHELD for each in self.pages], dtype=np.bool_)

    @property
    def oldest_confirmed(self) -> datetime | None:
        """When the source of the longest unconfirmed page that answers last vouched for it."""
        served = (page for page, withheld in zip(self.pages, self.withheld, strict=True) if not withheld)
        return min((self.confirmed_at(page) for page in served), default=None)

    @cached_property
    def _superseded(self) -> list[int]:
        """Pages with a newer duplicate, the newest first, so that each finds its successor settled."""
        older = np.flatnonzero(self.successors >= 0).tolist()
        return sorted(older, key=lambda at: str(self.pages[at].page.last_updated), reverse=True)

    @property
    def lexicon(self) -> Lexicon:
        """The words that this version's pages use."""
        return self.once("lexicon", lambda: Lexicon(self.lexical.words))

    @cached_property
    def languages(self) -> NDArray[np.str_]:
        """For each page, its language."""
        return np.array([each.page.language for each in self.pages], dtype=np.str_)

    @cached_property
    def for_citizens(self) -> NDArray[np.bool_]:
        """For each page, whether it is written for citizens."""
        return np.array([each.page.audience == "citizen" for each in self.pages], dtype=np.bool_)

    @property
    def _positions(self) -> dict[str, int]:
        return self.once("positions", lambda: {page.id: position for position, page in enumerate(self.pages)})


def firsts(counts: Sequence[int]) -> NDArray[np.int32]:
    """Where each of some runs starts, whose lengths are `counts`."""
    return np.concatenate(([0], np.cumsum(counts)))[:-1].astype(np.int32)


def _best(scores: NDArray[np.float32], firsts: NDArray[np.int32]) -> NDArray[np.float32]:
    if not len(firsts):
        return np.zeros(0, dtype=np.float32)
    return np.asarray(np.maximum.reduceat(scores, firsts), dtype=np.float32)
