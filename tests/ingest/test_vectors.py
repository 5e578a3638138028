"""The vector store as the index uses it."""

from __future__ import annotations

import pytest

from ingest import sync
from tests.doubles import Pages, page

pytestmark = pytest.mark.anyio


async def test_two_pages_that_say_the_same_thing_both_answer(index, now):
    """The same page under two addresses is indexed twice and opened without complaint."""
    pages = [page("bond", "A bond is free."), page("bond", "A bond is free.", language="mi")]
    await sync(Pages(pages), index, now=now)
    live = await index.live()
    assert len(live.pages) == 2
    assert (live.vectors[0] == live.vectors[1]).all()
