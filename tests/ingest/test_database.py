"""A database that is gone without a word is noticed, so that whoever asks is told to come back."""

from __future__ import annotations

import asyncio

import anyio
import pytest
from sqlalchemy.exc import OperationalError

from ingest import open_engine

pytestmark = pytest.mark.anyio


@pytest.fixture
async def silent():
    """The address of a server that takes connections and never says anything."""
    server = await asyncio.start_server(lambda _reader, _writer: asyncio.sleep(60), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield f"postgresql://assistant@127.0.0.1:{port}/assistant"
    server.close()


async def test_a_server_that_says_nothing_is_given_up(silent):
    """The attempt ends with an error long before a reader would give up."""
    engine = open_engine(silent)
    with anyio.fail_after(20), pytest.raises(OperationalError, match="timeout"):
        async with engine.connect():
            pass
    await engine.dispose()
