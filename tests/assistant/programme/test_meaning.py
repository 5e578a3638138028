"""Texts of records are embedded once, and nobody is disturbed by what others ask."""

from __future__ import annotations

import threading

import anyio
import numpy as np
import pytest

from assistant.programme import Meaning, desk

pytestmark = pytest.mark.anyio


async def test_who_waits_for_vectors_gets_them_though_others_make_room(monkeypatch):
    """While one is waiting, another one's texts take the place of all that was kept."""
    monkeypatch.setattr(desk, "_KEPT", 3)
    waiting, go_on = threading.Event(), threading.Event()

    def embed(texts):
        if "slow" in texts:
            waiting.set()
            assert go_on.wait(60)
        return np.array([[len(each)] for each in texts], dtype=np.float32)

    meaning, found = Meaning(embed), []

    async def ask():
        found.append(await meaning.of(["kept", "slow"]))

    await meaning.of(["kept"])
    async with anyio.create_task_group() as group:
        group.start_soon(ask)
        await anyio.to_thread.run_sync(waiting.wait)
        assert (await meaning.of(["a", "bb", "ccc"]))[:, 0].tolist() == [1, 2, 3]
        go_on.set()
    assert found[0][:, 0].tolist() == [4, 4]
