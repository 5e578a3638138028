"""What every test may use."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ingest import Catalog, ChromaVectors, Index, chroma_on_disk, create_tables, open_engine
from tests.doubles import BagOfWords
from tests.patience import be_patient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path


os.environ["GOVT_ASSISTANT_CHECK_SECONDS"] = "60"  # a busy machine is no check that hangs


@pytest.fixture
def anyio_backend() -> str:
    """Coroutines run on asyncio, as in the service."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def patience() -> Iterator[None]:
    """Nor is it a dependency that hangs."""
    with pytest.MonkeyPatch.context() as patch:
        be_patient(patch)
        yield


@pytest.fixture
def now():
    """A clock that stands still."""
    return lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def embedder() -> BagOfWords:
    """A quick embedder."""
    return BagOfWords()


@pytest.fixture
async def index(tmp_path: Path, embedder: BagOfWords) -> AsyncIterator[Index]:
    """An empty index on SQLite and Chroma in a folder of its own."""
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'index.db'}")
    await create_tables(engine)
    vectors = ChromaVectors(chroma_on_disk(tmp_path / "vectors"), embedder.name)
    yield Index(Catalog(engine), vectors, embedder)
    await vectors.close()
    await engine.dispose()
