"""A database that is gone without a word is noticed, so that whoever asks is told to come back."""

from __future__ import annotations

import socket

import anyio
import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from ingest import Catalog, create_tables, open_engine
from ingest.errors import StorageFailed

pytestmark = pytest.mark.anyio


@pytest.fixture
def silent():
    """The address of a server that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"postgresql://assistant@127.0.0.1:{server.getsockname()[1]}/assistant"


async def test_a_server_that_says_nothing_is_given_up(silent):
    """The attempt ends with an error long before a reader would give up."""
    engine = open_engine(silent)
    with anyio.fail_after(20), pytest.raises(OperationalError, match="timeout"):
        async with engine.connect():
            pass
    await engine.dispose()


async def test_waiting_for_a_connection_in_vain_is_told_as_any_other_failure(tmp_path):
    """Whoever asks is told to come back, and not that something broke that nobody knows."""
    address = f"sqlite+aiosqlite:///{tmp_path / 'busy.db'}"
    engine = create_async_engine(address, pool_size=1, max_overflow=0, pool_timeout=0.01)
    await create_tables(engine)
    async with engine.connect():
        with pytest.raises(StorageFailed, match="QueuePool"):
            await Catalog(engine).live()
    assert await Catalog(engine).live() is None
    await engine.dispose()
