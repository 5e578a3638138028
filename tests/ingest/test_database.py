"""A database that is gone without a word is noticed, so that whoever asks is told to come back."""

from __future__ import annotations

import socket

import anyio
import pytest
from sqlalchemy.exc import OperationalError

from ingest import open_engine

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
