"""What is slow counts as failed; what only waits for its turn does not."""

import asyncio
import threading

import pytest
from anyio import CapacityLimiter, create_task_group, sleep

from assistant import limits
from assistant.limits import THREAD_SECONDS, within
from tests.loop_clock import LoopClock

pytestmark = pytest.mark.anyio


async def test_waiting_for_a_thread_does_not_fail_a_check():
    """In a full house a check that itself is quick passes, however long the ones before it take."""
    threads, done = CapacityLimiter(1), threading.Event()
    clock = LoopClock(asyncio.get_running_loop())
    found = []

    async def check() -> None:
        found.append(await within(THREAD_SECONDS / 2, lambda: "passed", threads))

    async with create_task_group() as group:
        group.start_soon(within, 1_000, done.wait, threads)
        await _until(lambda: not threads.available_tokens)
        group.start_soon(check)
        await _until(lambda: threads.statistics().tasks_waiting)
        clock.later(THREAD_SECONDS * 3 / 4)
        await sleep(0.01)
        assert not found
        done.set()
    assert found == ["passed"]


async def test_a_check_that_hangs_is_given_up_and_its_place_is_free():
    """It counts as failed, and the next one runs."""
    threads, done = CapacityLimiter(1), threading.Event()
    with pytest.raises(TimeoutError):
        await within(0.02, done.wait, threads)
    assert await within(60, lambda: "passed", threads) == "passed"
    done.set()


async def test_nobody_waits_for_a_thread_for_ever(monkeypatch):
    """Where every thread hangs, a check fails after a while."""
    monkeypatch.setattr(limits, "THREAD_SECONDS", 0.02)
    threads = CapacityLimiter(1)
    await threads.acquire_on_behalf_of("somebody")
    with pytest.raises(TimeoutError):
        await within(1, lambda: "never", threads)


async def _until(true) -> None:
    while not true():
        await sleep(0)
