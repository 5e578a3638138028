"""Old versions go by policy, what only they held goes with them, and the live one never does."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from ingest import ChromaVectors, PageFilter, prune, sync
from tests.doubles import Pages, page

pytestmark = pytest.mark.anyio


def priced(dollars: int):
    """The page at that price."""
    return page("passport", f"You can renew a passport online.\n\n## Cost\n\nA passport costs ${dollars}.")


LICENCE = page("licence", "You must renew a licence every 10 years.")


async def test_versions_beyond_the_policy_go_with_their_pages_and_vectors(index, now):
    """Of five prices the last two stay, and the other page with its vectors."""
    for dollars in (1, 2, 3, 4, 5):
        await sync(Pages([priced(dollars), LICENCE]), index, now=now)
    gone = await prune(index, now=now(), keep_published=2)
    assert gone.versions == (1, 2, 3)
    assert gone.page_versions == 3
    assert [each.id for each in await index.catalog.versions()] == [5, 4]
    assert await index.catalog.manifest(4) != await index.catalog.manifest(5)
    assert (await index.open(4)).pages[0].page.text + (await index.open(4)).pages[1].page.text
    index._open = None
    assert {each.page.text for each in (await index.live()).pages} == {priced(5).text, LICENCE.text}


async def test_a_version_rolled_back_to_stays_however_old(index, now):
    """The live version is kept, and what is published after it stays in order."""
    for dollars in (1, 2, 3):
        await sync(Pages([priced(dollars)]), index, now=now)
    await index.catalog.rollback(1)
    await prune(index, now=now(), keep_published=1)
    assert [(each.id, each.live) for each in await index.catalog.versions()] == [(1, True)]
    assert (await index.catalog.list_pages(PageFilter())).total == 1


async def test_candidates_stay_for_their_days(index, now):
    """A candidate outlives pruning until it is too old, and can be published after its parent went."""
    await sync(Pages([priced(1), LICENCE]), index, now=now)
    await sync(Pages([priced(2), LICENCE]), index, now=now, publish=False)
    assert (await prune(index, now=now())).versions == ()
    assert (await prune(index, now=now() + timedelta(days=15))).versions == (2,)


async def size(index) -> dict[str, int]:
    """Rows and bytes of both stores."""
    used = await index.catalog.bytes_used() + await index.vectors.bytes_used()
    return {**await index.catalog.size(), "bytes": used}


async def test_two_hundred_re_ingests_of_a_page_leave_the_index_no_bigger_than_one(index, now):
    """Whatever is edited again and again, the rows and the bytes are those of one ingest."""
    await sync(Pages([priced(100), LICENCE]), index, now=now)
    await sync(Pages([priced(101), LICENCE]), index, now=now)
    await prune(index, now=now(), keep_published=1, thorough=True)
    once = await size(index)
    for dollars in range(102, 302):
        await sync(Pages([priced(dollars), LICENCE]), index, now=now)
        if dollars % 10 == 1:
            await prune(index, now=now(), keep_published=1, thorough=dollars == 301)
    after = await size(index)
    assert [name for name in once if after[name] > once[name]] == [], (once, after)
    assert len((await index.live()).passages) == 3


async def test_making_room_keeps_every_vector_that_is_needed(index, now):
    """Vectors copied into a new generation are those of before, also for a reader that was open."""
    await sync(Pages([priced(1), LICENCE]), index, now=now)
    before = await index.open(1)
    reader = ChromaVectors(index.vectors._connect, index.embedder.name)
    keys = sorted(await reader.keys())
    await index.vectors.give_back([], least=0)
    index._open = None
    assert (await index.open(1)).vectors.tolist() == before.vectors.tolist()
    assert len(await reader.get(keys)) == len(keys)
    await reader.close()


async def test_what_a_crash_left_behind_goes_with_a_thorough_prune(index, now):
    """Vectors that no page has, and those of a model that no version uses, are found and dropped."""
    await sync(Pages([priced(1)]), index, now=now)
    held = await index.vectors.keys()
    await index.vectors.add(["0" * 32], np.ones((1, index.embedder.dimensions), dtype=np.float32))
    another = ChromaVectors(index.vectors._connect, "another-model")
    await another.add(["1" * 32], np.ones((1, 8), dtype=np.float32))
    await another.close()
    assert (await prune(index, now=now(), thorough=True)).vectors == 1
    assert await index.vectors.keys() == held
    assert await another.keys() == set()
    await another.close()
