"""A version opened from the one before is the version that a restart would open."""

from __future__ import annotations

import random

import numpy as np
import pytest

from ingest import Index, remove, sync
from tests.doubles import Pages, page

pytestmark = pytest.mark.anyio

WORDS = "passport licence vote fee renew apply council dog school tax benefit rent bond visa card".split()


def made(number: int, seed: int):
    """A page of made sentences under two headings."""
    chance = random.Random(f"{number} {seed}")
    lines = [" ".join(chance.choices(WORDS, k=8)).capitalize() + "." for _ in range(6)]
    return page(
        f"page-{number}", "\n\n".join([*lines[:2], "## Cost", *lines[2:4], "- " + "\n- ".join(lines[4:])])
    )


async def reopened(index: Index):
    """The live version as another process opens it."""
    return await Index(index.catalog, index.vectors, index.embedder).live()


def assert_same(first, second) -> None:
    """Both answer every question alike."""
    assert [each.version for each in first.pages] == [each.version for each in second.pages]
    assert first.passages == second.passages
    assert first.outlines == second.outlines
    assert first.duplicates == second.duplicates
    for name in ("vectors", "unit_vectors", "page_of", "first_passage", "first_unit", "successors"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    for one, other in ((first.lexical, second.lexical), (first.unit_lexical, second.unit_lexical)):
        assert dict(one.idf) == pytest.approx(dict(other.idf))
        assert one.words == other.words
        for word in WORDS:
            np.testing.assert_array_equal(one.scores([word]), other.scores([word]))


async def test_a_version_made_of_the_last_one_is_as_if_opened_anew(index, now):
    """Pages added, changed, removed and left alone, run after run: never a difference to a restart."""
    pages = {number: made(number, 0) for number in range(8)}
    chance = random.Random(1)
    for run in range(6):
        await sync(Pages(pages.values(), complete=True), index, now=now)
        assert_same(await index.live(), await reopened(index))
        for number in chance.sample(sorted(pages), 2):
            pages[number] = made(number, run + 1)
        pages.pop(chance.choice(sorted(pages)))
        pages[100 + run] = made(100 + run, 0)


async def test_only_changed_pages_are_read_again(index, now, monkeypatch):
    """Opening the next version asks the stores for the changed page alone."""
    await sync(Pages([made(number, 0) for number in range(8)]), index, now=now)
    await index.live()
    asked: list[int] = []
    get = index.vectors.get

    async def counted(keys):
        asked.append(len(set(keys)))
        return await get(keys)

    monkeypatch.setattr(index.vectors, "get", counted)
    await sync(Pages([made(3, 1)], complete=False), index, now=now)
    live = await index.live()
    assert sum(asked) <= len(live.passages) / 8 + len(live.outlines[0].units)


async def test_the_last_page_can_go(index, now):
    """A version may come to hold nothing, and fill again."""
    await sync(Pages([made(1, 0)]), index, now=now)
    await index.live()
    await remove([made(1, 0).url], index, languages=("en",), now=now)
    assert (await index.live()).pages == ()
    await sync(Pages([made(2, 0)]), index, now=now)
    assert_same(await index.live(), await reopened(index))


async def test_units_that_were_read_for_a_question_are_not_read_again_in_the_next_version(index, now):
    """A version without vectors of units keeps those of unchanged pages, and never those of a changed one."""
    large = Index(index.catalog, index.vectors, index.embedder, units=False)
    await sync(Pages([made(number, 0) for number in range(8)]), large, now=now)
    before = await large.live()
    for position in range(len(before.pages)):
        before.make_unit_vectors(position, large.embedder.embed)
    await sync(Pages([made(3, 1)], complete=False), large, now=now)
    after = await large.live()
    held = {each.id: after.page_unit_vectors(at) for at, each in enumerate(after.pages)}
    old = {each.id: before.page_unit_vectors(at) for at, each in enumerate(before.pages)}
    changed = {each.id for each in after.pages} - {
        each.id for each, other in zip(after.pages, before.pages, strict=True) if each == other
    }
    assert len(changed) == 1
    for page_id, vectors in held.items():
        if page_id in changed:
            assert vectors is None
        else:
            np.testing.assert_array_equal(vectors, old[page_id])
