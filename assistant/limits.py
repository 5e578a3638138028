"""Time limits of the checks: one that takes too long counts as one that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from anyio import fail_after, to_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from anyio import CapacityLimiter

T = TypeVar("T")

CHECK_SECONDS = 2.0
"""Hundreds of times what the slowest check takes for the longest text that is let in."""


async def within(seconds: float, work: Callable[[], T], threads: CapacityLimiter | None = None) -> T:
    """Run `work` in one of `threads`; raises `TimeoutError` when it takes longer, and what it raises."""
    with fail_after(seconds):
        return await to_thread.run_sync(work, abandon_on_cancel=True, limiter=threads)
