"""The index: what readers open and writers publish."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING

from ingest.cutting import cutting
from ingest.errors import EmptyIndex, UnknownVersion
from ingest.policy import IngestPolicy
from ingest.snapshot import Snapshot
from ingest.units import outline
from ingest.vectors import vector_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ingest.catalog import Catalog
    from ingest.embedding import Embedder
    from ingest.model import StoredPage
    from ingest.units import Outline
    from ingest.vectors import VectorStore


BATCH_TEXTS = 512
"""Texts whose vectors are kept together."""


class Index:
    """Versions of the index over a catalog and a vector store.

    A snapshot that a question holds stays whole while the live pointer moves on. `units` says whether
    each sentence, item and row gets a vector of its own, which finds the right page and the right
    sentence more often and takes about three times as long to embed.
    """

    def __init__(
        self,
        catalog: Catalog,
        vectors: VectorStore,
        embedder: Embedder,
        *,
        units: bool = True,
        policy: IngestPolicy | None = None,
    ) -> None:
        self.catalog = catalog
        self.vectors = vectors
        self.embedder = embedder
        self.units = units
        self.policy = policy or IngestPolicy.load()
        self._open: Snapshot | None = None
        self._opening = asyncio.Lock()

    @cached_property
    def cutting(self) -> str:
        """Name of the way in which pages are cut now."""
        return cutting(self.embedder)

    async def live(self) -> Snapshot:
        """The version that answers now, loaded once; raises `EmptyIndex`."""
        number = await self.catalog.live()
        if number is None:
            raise EmptyIndex("no version of the index is published yet")
        if self._open is None or self._open.version != number:
            async with self._opening:
                if self._open is None or self._open.version != number:
                    self._open = await self.open(number)
        return self._open

    async def open(self, number: int) -> Snapshot:
        """Version `number` in memory; raises `UnknownVersion`, `VectorsUnavailable`."""
        version = await self.catalog.version(number)
        if version.embedder != self.embedder.name:
            raise UnknownVersion(
                f"version {number} was embedded with {version.embedder}, not with {self.embedder.name}",
                what_to_do="Configure that embedder again, or ingest once more to build a new version.",
            )
        manifest = await self.catalog.manifest(number)
        pages = await self.catalog.pages(list(manifest.values()), chunker=version.chunker)
        keys = [self._key(each.search_text) for page in pages for each in page.passages]
        vectors = await self.vectors.get(keys)
        outlines = await asyncio.to_thread(lambda: [outline(each.page) for each in pages])
        units = await self._unit_vectors(pages, outlines)
        return await asyncio.to_thread(Snapshot.build, number, pages, vectors, units, outlines)

    async def embed_pages(
        self,
        pages: Sequence[StoredPage],
        progress: Callable[[int, int], None] | None = None,
        *,
        units: bool = True,
    ) -> int:
        """Vectors for every passage, and unit if so asked, that has none; how many texts were embedded.

        `progress` is told how many of how many are done. Texts of about the same length are embedded
        together, and kept every `BATCH_TEXTS`, which is what a crash can cost.
        """
        wanted = [each.search_text for page in pages for each in page.passages]
        if self.units and units:
            wanted += await asyncio.to_thread(
                lambda: [each.search_text for page in pages for each in outline(page.page).units]
            )
        texts = {self._key(text): text for text in wanted}
        missing = sorted(await self.vectors.missing(list(texts)), key=lambda key: (len(texts[key]), key))
        for at in range(0, len(missing), BATCH_TEXTS):
            batch = missing[at : at + BATCH_TEXTS]
            found = await asyncio.to_thread(self.embedder.embed, [texts[key] for key in batch])
            await self.vectors.add(batch, found)
            if progress is not None:
                progress(at + len(batch), len(missing))
        return len(missing)

    async def _unit_vectors(
        self, pages: Sequence[StoredPage], outlines: Sequence[Outline]
    ) -> NDArray[np.float32] | None:
        """None for a version that was built without them: it answers, from its passages' vectors."""
        if not self.units:
            return None
        keys = [
            self._key(unit.search_text)
            for page, lines in zip(pages, outlines, strict=True)
            if page.passages
            for unit in lines.units
        ]
        return None if await self.vectors.missing(keys) else await self.vectors.get(keys)

    def _key(self, text: str) -> str:
        return vector_key(self.embedder.name, text)
