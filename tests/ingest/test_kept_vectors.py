"""A version opens again without the vector store, and never with vectors that are not its own."""

from __future__ import annotations

import numpy as np
import pytest

from ingest import Index, KeptVectors, sync
from ingest import kept_vectors as kept_vectors_module
from tests.doubles import Pages, page

pytestmark = pytest.mark.anyio

PAGE = [page("passport", "A passport costs $100. You must pay by card.")]


class Unreachable:
    """A vector store that is away."""

    def __getattr__(self, name):
        raise AssertionError(f"the store was asked for {name}")


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Files that are kept however little they hold."""
    monkeypatch.setattr(kept_vectors_module, "LEAST", 1)
    return KeptVectors(tmp_path / "kept")


@pytest.fixture
async def opened(index, kept, now):
    """A version that was open once."""
    await sync(Pages(PAGE), index, now=now)
    return await Index(index.catalog, index.vectors, index.embedder, kept=kept).live()


async def test_a_version_opens_again_without_the_store(index, opened, kept):
    """With the store away a process that starts again answers from the same vectors."""
    again = await Index(index.catalog, Unreachable(), index.embedder, kept=kept).live()
    assert np.array_equal(again.vectors, opened.vectors)
    assert np.array_equal(again.unit_vectors, opened.unit_vectors)


async def test_a_damaged_file_is_as_good_as_none(index, opened, kept, tmp_path):
    """What does not match its checksum is read from the store and written anew."""
    for file in (tmp_path / "kept").glob("*.npy"):
        file.write_bytes(file.read_bytes()[:-1] + b"\x01")
    again = await Index(index.catalog, index.vectors, index.embedder, kept=kept).live()
    assert np.array_equal(again.vectors, opened.vectors)
    assert await Index(index.catalog, Unreachable(), index.embedder, kept=kept).live()


async def test_other_keys_have_other_files(kept):
    """A file answers for exactly the keys that it was kept for, in their order."""
    kept.keep(["a", "b"], np.eye(2, dtype=np.float32))
    assert kept.read(["b", "a"]) is None
    assert np.array_equal(kept.read(["a", "b"]), np.eye(2))


async def test_only_the_latest_files_stay(kept, tmp_path):
    """The disk does not fill with the vectors of versions that are gone."""
    for number in range(7):
        kept.keep([str(number)], np.ones((1, 2), dtype=np.float32))
    assert len(list((tmp_path / "kept").iterdir())) == kept_vectors_module.FILES


async def test_a_disk_without_room_keeps_nothing_and_breaks_nothing(kept, tmp_path):
    """Where a file cannot be written the next start reads from the store."""
    (tmp_path / "kept").write_text("no folder")
    kept.keep(["a"], np.ones((1, 2), dtype=np.float32))
    assert kept.read(["a"]) is None


async def test_a_version_that_was_published_meanwhile_opens_again_without_the_store(index, kept, now):
    """Also where only what changed was opened, as by a record that is published, a restart needs no store."""
    await sync(Pages(PAGE), index, now=now)
    serving = Index(index.catalog, index.vectors, index.embedder, kept=kept)
    await serving.live()
    await sync(
        Pages([*PAGE, page("rates", "Rates are paid in four parts. You can pay online.")]), index, now=now
    )
    after = await serving.live()
    again = await Index(index.catalog, Unreachable(), index.embedder, kept=kept).live()
    assert np.array_equal(again.vectors, after.vectors)
    assert np.array_equal(again.unit_vectors, after.unit_vectors)
