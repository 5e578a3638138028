"""Old versions go by policy, what only they held goes with them, and the live one never does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ingest import PageFilter, prune, sync
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
