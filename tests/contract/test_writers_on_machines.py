"""Machines that share a PostgreSQL database have one writer among them all."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from multiprocessing import get_context
from typing import TYPE_CHECKING

import pytest

from ingest import IndexLocked, writing
from ingest.errors import StorageFailed

pytestmark = pytest.mark.anyio

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path


def hold(folder: Path, url: str, channel: Connection) -> None:
    """As a writer on another machine: another data folder, the same database."""

    async def run() -> None:
        async with writing(folder, "ingest sitemap.xml", url):
            channel.send("held")
            channel.recv()

    asyncio.run(run())


async def test_a_writer_on_another_machine_is_named_and_its_lock_dies_with_it(tmp_path, database_url):
    """Who writes and what to do; after a kill the next writer need do nothing."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=hold, args=(tmp_path / "there", database_url, theirs))
    process.start()
    theirs.close()
    try:
        assert ours.poll(60) and ours.recv() == "held"
        with pytest.raises(IndexLocked, match=rf"process {process.pid} on .*ingest sitemap.xml") as caught:
            async with writing(tmp_path / "here", "publish", database_url):
                pass
        assert "stop that process" in caught.value.what_to_do
        async with writing(tmp_path / "elsewhere", "publish", "sqlite:///another.db"):
            pass  # another database has writers of its own
    finally:
        process.kill()
        process.join()
        ours.close()
    await _write_again(tmp_path / "here", database_url)
    await _write_again(tmp_path / "there", database_url)


async def test_a_database_that_is_gone_stops_the_writer_before_it_begins(tmp_path):
    """Nobody can know then whether somebody else writes."""
    gone = "postgresql://assistant@127.0.0.1:1/none"
    with pytest.raises(StorageFailed):
        async with writing(tmp_path, "publish", gone):
            pass
    async with writing(tmp_path, "publish"):
        pass  # and its own lock is free again


async def _write_again(folder: Path, url: str) -> None:
    """Twice, so that the first has let go; the server takes a moment to see that a client was killed."""
    for _ in range(2):
        async with asyncio.timeout(60):
            while not await _wrote(folder, url):
                await asyncio.sleep(0.05)


async def _wrote(folder: Path, url: str) -> bool:
    with suppress(IndexLocked):
        async with writing(folder, "again", url):
            return True
    return False
