"""One version of the index in memory, ready to be searched; it never changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ingest.lexical import Lexical
from ingest.structure import Block, blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ingest.model import Passage, StoredPage


@dataclass(frozen=True)
class Snapshot:
    """A version's pages, its passages, and one unit vector a passage, shape (passages, dimensions)."""

    version: int
    pages: tuple[StoredPage, ...]
    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]
    lexical: Lexical
    page_of: NDArray[np.int32]
    """For each passage, the position of its page."""
    first_passage: NDArray[np.int32]
    """For each page, the position of its first passage; passages of a page stand together."""
    _blocks: dict[str, tuple[Block, ...]] = field(default_factory=dict)

    @classmethod
    def build(cls, version: int, pages: Sequence[StoredPage], vectors: NDArray[np.float32]) -> Snapshot:
        """`vectors` has one row a passage, in the order of the pages and their passages."""
        kept = tuple(page for page in pages if page.passages)
        passages = tuple(passage for page in kept for passage in page.passages)
        counts = [len(page.passages) for page in kept]
        return cls(
            version=version,
            pages=kept,
            passages=passages,
            vectors=np.ascontiguousarray(vectors, dtype=np.float32),
            lexical=Lexical([each.page.title for each in kept], [each.page.text for each in kept]),
            page_of=np.repeat(np.arange(len(kept), dtype=np.int32), counts),
            first_passage=np.concatenate(([0], np.cumsum(counts)[:-1])).astype(np.int32)
            if kept
            else np.zeros(0, dtype=np.int32),
        )

    def dense(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosine of every passage with the unit vector `query`, exactly."""
        return np.asarray(self.vectors @ query, dtype=np.float32)

    def best_by_page(self, passage_scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Each page's best passage score."""
        if not self.pages:
            return np.zeros(0, dtype=np.float32)
        return np.maximum.reduceat(passage_scores, self.first_passage)

    def page(self, page_id: str) -> StoredPage | None:
        """The page of that identifier in this version."""
        position = self._positions.get(page_id)
        return None if position is None else self.pages[position]

    def blocks(self, page: StoredPage) -> tuple[Block, ...]:
        """The page's blocks, parsed once."""
        found = self._blocks.get(page.version)
        if found is None:
            found = self._blocks[page.version] = blocks(page.page.text)
        return found

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {page.id: position for position, page in enumerate(self.pages)}
