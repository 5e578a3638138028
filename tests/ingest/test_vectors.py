"""The vector store as the index uses it."""

from __future__ import annotations

import anyio
import numpy as np
import pytest

from ingest import ChromaVectors, chroma, chroma_on_disk, sync
from tests.doubles import Pages, page

pytestmark = pytest.mark.anyio


async def test_two_pages_that_say_the_same_thing_both_answer(index, now):
    """The same page under two addresses is indexed twice and opened without complaint."""
    pages = [page("bond", "A bond is free."), page("bond", "A bond is free.", language="mi")]
    await sync(Pages(pages), index, now=now)
    live = await index.live()
    assert len(live.pages) == 2
    assert (live.vectors[0] == live.vectors[1]).all()


async def test_a_store_on_disk_is_closed_when_nothing_was_asked_of_it_for_a_while(tmp_path, monkeypatch):
    """What it holds in memory is given back; the next call finds all that was added."""
    monkeypatch.setattr(chroma, "_LEFT_AFTER", 0.01)
    vectors = ChromaVectors(chroma_on_disk(tmp_path), "model")
    await vectors.add(["a"], np.eye(1, 4, dtype=np.float32))
    assert vectors._client is not None
    with anyio.fail_after(10):
        while vectors._client is not None:
            await anyio.sleep(0.01)
    assert np.array_equal(await vectors.get(["a"]), np.eye(1, 4))
    await vectors.close()
