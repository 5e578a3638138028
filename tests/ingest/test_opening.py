"""A published version is opened beside the one that answers, which goes on where that cannot be done."""

from __future__ import annotations

import asyncio

import pytest

from ingest import Index, sync
from ingest import index as index_module
from ingest.errors import VectorsUnavailable
from tests.doubles import Pages, page

pytestmark = pytest.mark.anyio


class Away:
    """A vector store that fails, or takes for ever, until it is `back`."""

    def __init__(self, store, *, silent=False):
        self._store, self._silent = store, silent
        self.back = asyncio.Event()

    async def get(self, keys):
        """As the store, once it is back."""
        if self._silent:
            await self.back.wait()
        if not self.back.is_set():
            raise VectorsUnavailable("away")
        return await self._store.get(keys)

    async def missing(self, keys):
        """As the store."""
        return await self._store.missing(keys)


@pytest.fixture
async def two_versions(index, now):
    """A replica that has the first of two versions open, and its store."""
    await sync(Pages([page("passport", "A passport costs $100.")]), index, now=now)
    replica = Index(index.catalog, index.vectors, index.embedder)
    await replica.live()
    await sync(Pages([page("passport", "A passport costs $200.")]), index, now=now)
    yield replica
    await replica.close()


@pytest.mark.parametrize("silent", [False, True], ids=["fails", "silent"])
async def test_the_version_before_answers_until_the_vectors_are_back(two_versions, monkeypatch, silent):
    """Nobody is sent away, nobody waits for ever, and the new version answers as soon as it can be opened."""
    monkeypatch.setattr(index_module, "PATIENCE", 0.05)
    store = Away(two_versions.vectors, silent=silent)
    two_versions.vectors = store
    assert [(await two_versions.live()).version for _ in range(2)] == [1, 1]
    store.back.set()
    monkeypatch.setattr(index_module, "PATIENCE", 60)
    assert (await two_versions.live()).version == 2


async def test_without_a_version_before_the_reason_is_told(index, now):
    """A process that starts has nothing else to answer from."""
    await sync(Pages([page("passport", "A passport costs $100.")]), index, now=now)
    with pytest.raises(VectorsUnavailable, match="away"):
        await Index(index.catalog, Away(index.vectors), index.embedder).live()
