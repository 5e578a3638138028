"""Large versions are read ahead while nobody asks, and nobody waits for it."""

from __future__ import annotations

import asyncio

import pytest

from ingest import Index, UnitFiles, sync
from tests.doubles import Pages, page
from web.ahead import Turns, reading_ahead

pytestmark = pytest.mark.anyio

PAGES = [page(f"page-{number}", f"The fee is ${number}0. Renew it by post.") for number in range(3)]


@pytest.fixture
async def large(index, now, tmp_path):
    """A version that was published without vectors of units."""
    files = UnitFiles(tmp_path / "units", index.embedder.name, index.embedder.dimensions)
    opened = Index(index.catalog, index.vectors, index.embedder, units=False, unit_files=files)
    await sync(Pages(PAGES), opened, now=now)
    await opened.live()
    return opened


def kept(tmp_path):
    """How many pages' files there are."""
    return len([each for each in (tmp_path / "units").glob("??/*") if each.is_file()])


async def until(true, seconds=60):
    """Wait for something that happens in the background."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)


async def test_the_live_version_and_the_next_are_read_ahead(large, now, tmp_path):
    """Without any question the files of all pages appear, also of pages that are published later."""
    async with reading_ahead(large, Turns(lambda: True), first=0, every=0.02):
        await until(lambda: kept(tmp_path) == len(PAGES))
        await sync(Pages([page("new", "A new page. It says something.")], complete=False), large, now=now)
        await until(lambda: kept(tmp_path) == len(PAGES) + 1)


async def test_nothing_is_read_while_somebody_asks(large, tmp_path):
    """A question never shares the machine with what can wait."""
    asked, looks = True, []

    def idle():
        looks.append(asked)
        return not asked

    async with reading_ahead(large, Turns(idle), first=0, every=0.02):
        await until(lambda: len(looks) > 2)
        assert kept(tmp_path) == 0
        asked = False
        await until(lambda: kept(tmp_path) == len(PAGES))


async def test_a_share_of_a_processor_is_left_free(monkeypatch):
    """After each piece of work there is a rest as long as it took, and no long one after a pause."""
    times = iter([0.0, 0.4, 0.4, 60.0, 60.0])
    rests = []

    async def sleep(seconds):
        rests.append(seconds)

    monkeypatch.setattr("web.ahead.asyncio.sleep", sleep)
    turns = Turns(lambda: True, clock=lambda: next(times))
    for _ in range(3):
        await turns.next()
    assert rests == [0.0, 0.4, 1.0]
