"""Time limits of the checks: one that takes too long counts as one that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from anyio import CapacityLimiter, fail_after, to_thread

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

CHECK_SECONDS = 5.0
"""A thousand times what the slowest check takes for the longest text that is let in.

A check that hangs is what it ends; a machine that stands still for a moment, two seconds as measured on two
busy cores, is not.
"""

THREAD_SECONDS = 20.0
"""As long as a language model may take: longer waits nobody who was let in, unless threads hang."""


async def within(seconds: float, work: Callable[[], T], threads: CapacityLimiter | None = None) -> T:
    """Run `work` in one of `threads`; raises `TimeoutError` when it takes longer, and what it raises.

    Waiting for a thread is not what a check takes: it has a limit of its own, `THREAD_SECONDS`.
    """
    threads = threads or to_thread.current_default_thread_limiter()
    with fail_after(THREAD_SECONDS):
        await threads.acquire()
    try:
        with fail_after(seconds):
            return await to_thread.run_sync(work, abandon_on_cancel=True, limiter=CapacityLimiter(1))
    finally:
        threads.release()
