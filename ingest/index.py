"""The index: what readers open and writers publish."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ingest.errors import EmptyIndex, UnknownVersion
from ingest.snapshot import Snapshot
from ingest.vectors import vector_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.catalog import Catalog
    from ingest.embedding import Embedder
    from ingest.model import StoredPage
    from ingest.vectors import VectorStore


class Index:
    """Versions of the index over a catalog and a vector store.

    A snapshot that a question holds stays whole while the live pointer moves on.
    """

    def __init__(self, catalog: Catalog, vectors: VectorStore, embedder: Embedder) -> None:
        self.catalog = catalog
        self.vectors = vectors
        self.embedder = embedder
        self._open: Snapshot | None = None
        self._opening = asyncio.Lock()

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
                what_to_do="Configure that embedder again, or run `govt-assistant ingest` to build a new version.",
            )
        manifest = await self.catalog.manifest(number)
        pages = await self.catalog.pages(list(manifest.values()))
        keys = [vector_key(self.embedder.name, each.search_text) for page in pages for each in page.passages]
        vectors = await self.vectors.get(keys)
        return await asyncio.to_thread(Snapshot.build, number, pages, vectors)

    async def embed_pages(
        self, pages: Sequence[StoredPage], progress: Callable[[int], None] | None = None
    ) -> int:
        """Vectors for every passage that has none yet; how many texts were embedded."""
        texts = {
            vector_key(self.embedder.name, each.search_text): each.search_text
            for page in pages
            for each in page.passages
        }
        missing = sorted(await self.vectors.missing(list(texts)))
        if missing:
            wanted = [texts[key] for key in missing]
            await self.vectors.add(missing, await asyncio.to_thread(self.embedder.embed, wanted, progress))
        return len(missing)
