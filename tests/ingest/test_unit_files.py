"""A large version finds the vectors of its pages' units on disk, whoever made them, however that ended."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ingest import Index, UnitFiles, make_ahead, read_all, sync
from tests.doubles import Pages, page

pytestmark = pytest.mark.anyio

PAGES = [page(f"page-{number}", f"The fee is ${number}0. Renew it by post.") for number in range(4)]


@pytest.fixture
def files(index, tmp_path):
    """Files that nothing is in yet."""
    return UnitFiles(tmp_path / "units", index.embedder.name, index.embedder.dimensions)


@pytest.fixture
async def large(index, files, now):
    """A version that was published without vectors of units, as one of many pages is."""
    opened = Index(index.catalog, index.vectors, index.embedder, units=False, unit_files=files)
    await sync(Pages(PAGES), opened, now=now)
    return opened


async def always():
    """There is time."""
    return True


class Counting:
    """An embedder that knows how many texts it has read."""

    def __init__(self, embedder):
        self.embedder, self.texts = embedder, 0

    def read(self, text):
        self.texts += 1
        return self.embedder.read(text)


def refused(texts):
    """For vectors that must be there already."""
    raise AssertionError(f"made again: {texts}")


async def test_what_was_made_ahead_is_what_a_question_would_have_made(large, files, index):
    """The first question about a page finds its vectors, number for number, and makes none."""
    snapshot = await large.live()
    made = await make_ahead(snapshot, files, index.embedder, always)
    assert (made.made, made.there, made.whole) == (len(PAGES), 0, True)
    for position, outline in enumerate(snapshot.outlines):
        snapshot.make_unit_vectors(position, refused)
        expected = read_all(index.embedder, [unit.search_text for unit in outline.units])
        np.testing.assert_array_equal(snapshot.page_unit_vectors(position), expected)


async def test_what_was_begun_goes_on_where_it_stopped(large, files, index):
    """However a run ends, the next one makes only what is missing."""
    snapshot, turns = await large.live(), iter([True] * 5 + [False])

    async def some():
        return next(turns)

    counting = Counting(index.embedder)
    stopped = await make_ahead(snapshot, files, counting, some)
    assert not stopped.whole
    assert stopped.made == 1
    rest = await make_ahead(snapshot, files, counting, always)
    assert (rest.made, rest.there, rest.whole) == (3, 1, True)
    assert counting.texts == 2 * len(PAGES) + 1  # the unit that the first run had begun a page with


async def test_what_a_question_made_serves_every_process(large, files, index):
    """Another process, or the next start, reads what the first question about a page has made."""
    first, second = await large.live(), replace(await large.live(), _made={})
    first.make_unit_vectors(1, lambda texts: read_all(index.embedder, texts))
    other = await Index(index.catalog, index.vectors, index.embedder, units=False, unit_files=files).live()
    other.make_unit_vectors(1, refused)
    np.testing.assert_array_equal(other.page_unit_vectors(1), second.page_unit_vectors(1))


async def test_a_damaged_file_is_made_again(large, files, index, tmp_path):
    """A file of which a part is missing or changed answers no question."""
    snapshot = await large.live()
    await make_ahead(snapshot, files, index.embedder, always)
    texts = [unit.search_text for unit in snapshot.outlines[0].units]
    path = tmp_path / "units" / files.name(texts)[:2] / files.name(texts)
    whole = path.read_bytes()
    for damaged in (whole[:-1], whole[:-1] + b"\x01", b"", b"\x00" + whole[1:] + b"\x00"):
        path.write_bytes(damaged)
        assert files.read(texts) is None
        assert len(files.of(texts, lambda texts: read_all(index.embedder, texts))) == len(texts)
        assert path.read_bytes() == whole


async def test_files_of_pages_that_are_gone_go(large, files, index, now, tmp_path):
    """The disk holds what the live version needs, and nothing that a killed process has left half-way."""
    await make_ahead(await large.live(), files, index.embedder, always)
    (tmp_path / "units" / "aa").mkdir(exist_ok=True)
    (tmp_path / "units" / "aa" / "aa.1.building").write_bytes(b"half")
    await sync(Pages(PAGES[:2], complete=True), large, now=now)
    again = await make_ahead(await large.live(), files, index.embedder, always)
    assert (again.made, again.there) == (0, 2)
    assert len([each for each in (tmp_path / "units").glob("??/*") if each.is_file()]) == 2


async def test_one_process_at_a_time_makes_them(files, tmp_path, index):
    """Two processes on one folder do not do the work twice."""
    with files.alone() as first:
        other = UnitFiles(tmp_path / "units", index.embedder.name, index.embedder.dimensions)
        with other.alone() as second:
            assert (first, second) == (True, False)
    with other.alone() as second:
        assert second


async def test_a_disk_without_room_costs_no_answer(files, tmp_path, index):
    """Where a file cannot be written the vectors are made for this question all the same."""
    (tmp_path / "units").write_text("no folder")
    found = files.of(["one", "two"], lambda texts: read_all(index.embedder, texts))
    assert found.shape == (2, index.embedder.dimensions)
