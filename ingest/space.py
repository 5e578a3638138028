"""What the index takes up, and giving back what it no longer needs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ingest.units import outline
from ingest.vectors import vector_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.index import Index
    from ingest.model import StoredPage

WORTH_IT = 0.5
"""Share of free space in a store from which it is given back without being asked."""

_BATCH = 500


class Space:
    """The space of an index's two stores."""

    def __init__(self, index: Index) -> None:
        self._catalog, self._vectors = index.catalog, index.vectors

    async def used(self) -> int:
        """Bytes on disk, where that can be seen from here; 0 for a store on a server."""
        return await self._catalog.bytes_used() + await self._vectors.bytes_used()

    async def give_back(self, embedders: Sequence[str], *, all_of_it: bool) -> None:
        """Free space becomes the disk's again, and vectors by none of `embedders` go."""
        least = 0.0 if all_of_it else WORTH_IT
        await self._vectors.give_back(embedders, least=least)
        await self._catalog.give_back(least=least)


async def unused_vectors(
    index: Index, dropped: Iterable[StoredPage], staying: Iterable[StoredPage], *, thorough: bool
) -> set[str]:
    """Keys of vectors whose text stood in `dropped` pages and stands in none of `staying`.

    A thorough look takes all keys that the store holds, against all stored pages.
    """
    if not thorough:
        return await asyncio.to_thread(lambda: _keys(index, dropped) - _keys(index, staying))
    unused = await index.vectors.keys()
    versions = await index.catalog.page_versions()
    for at in range(0, len(versions), _BATCH):
        pages = await index.catalog.pages(versions[at : at + _BATCH])
        unused -= await asyncio.to_thread(_keys, index, pages)
    return unused


def _keys(index: Index, pages: Iterable[StoredPage]) -> set[str]:
    return {vector_key(index.embedder.name, text) for page in pages for text in _texts(page)}


def _texts(stored: StoredPage) -> Iterator[str]:
    yield from (each.search_text for each in stored.passages)
    yield from (each.search_text for each in outline(stored.page).units)
