"""Whenever a writer dies, what answered goes on answering, byte for byte, and the next run goes on."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ingest import IndexLocked, VersionState, prune, sync, writing
from tests.doubles import Pages
from tests.ingest import crashing

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.anyio

KILLS = 50
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.ingest.crashing"])


def start(work: Callable[..., None], *arguments: Any) -> tuple[Any, Connection]:
    """A process at that work, and what it says."""
    ours, theirs = _processes.Pipe()
    process = _processes.Process(target=work, args=(*arguments, theirs), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def killed(process: Any, channel: Connection) -> list[Any]:
    """Kill -9 it; what it had said."""
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    said = []
    try:
        while channel.poll():
            said.append(channel.recv())
    except (EOFError, OSError):
        pass
    return said


def warm_up(folder: Path) -> tuple[list[Any], float]:
    """Some rounds of work in peace; what was said, and how many seconds a round takes now."""
    process, channel = start(crashing.work, folder, 100)
    said = [channel.recv() for _ in range(2)]
    began = time.monotonic()
    said += [channel.recv() for _ in range(3)]
    took = (time.monotonic() - began) / 3
    return said + killed(process, channel), took


async def test_killed_at_any_instant_the_live_version_answers_as_before(tmp_path: Path):
    """Fifty writers killed at random instants of ingest, publish and prune: no answer ever differs."""
    chance = random.Random(6)
    said, took = warm_up(tmp_path)
    known: dict[int, tuple[str, str]] = {}
    for kill in range(KILLS + 1):
        for number, price, digest in filter(None, said):
            assert known.setdefault(number, (price, digest)) == (price, digest)
        process, channel = start(crashing.work, tmp_path, 1 + max(int(price) for price, _ in known.values()))
        said = [channel.recv()]
        assert said[0][0] >= max(known), "what was published is live"
        time.sleep(chance.uniform(0, 1.5 * took) if kill < KILLS else 0)
        said += killed(process, channel)
    assert len(known) > KILLS / 5
    await goes_on(tmp_path)


async def goes_on(folder: Path) -> None:
    """The next run works, and nothing that the dead ones left half-way stays."""
    async with crashing.opened(folder) as index:
        await sync(Pages([crashing.priced(1), crashing.LICENCE]), index, now=crashing.now)
        await prune(index, now=crashing.now(), keep_published=1, thorough=True)
        assert [each.state for each in await index.catalog.versions()] == [VersionState.PUBLISHED]
        live = await index.live()
        units = sum(len(each.units) for each in live.outlines)
        assert len(await index.vectors.keys()) <= len(live.passages) + units


@pytest.mark.parametrize("most", [1_000, 50_000, 150_000])
async def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path: Path, most: int):
    """No room: the run ends with what to do, the live version answers, and with room the next run works."""
    process, channel = start(crashing.fill_the_disk, tmp_path, most)
    assert channel.poll(60)
    before, failed, during, after = channel.recv()
    process.join()
    if most == 1_000:
        assert failed is not None
    if failed is not None:
        assert "free space" in failed[1] or "vector store" in failed[1]
        assert during == before
    assert after[1] == "3"


async def test_the_lock_names_its_holder_and_dies_with_it(tmp_path: Path):
    """Who writes, since when and what to do; after a kill the next writer need do nothing."""
    process, channel = start(crashing.hold, tmp_path)
    assert channel.poll(60) and channel.recv() == "held"
    with pytest.raises(IndexLocked, match=rf"process {process.pid} .*ingest sitemap.xml") as caught:
        async with writing(tmp_path, "x"):
            pass
    assert f"kill {process.pid}" in caught.value.what_to_do
    killed(process, channel)
    async with writing(tmp_path, "ingest again"):
        assert "ingest again" in (tmp_path / "writer.json").read_text()
