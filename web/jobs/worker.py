"""One worker in the serving process: claims jobs one at a time and runs their handlers."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import structlog

from web.jobs.errors import Cancelled
from web.jobs.lease import Claimed, Leases
from web.jobs.model import JobState

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from web.jobs.jobs import Jobs

_log = structlog.get_logger("jobs")


class Worker:
    """Works through the queue until it is stopped; `look_every` and the lease are in seconds."""

    def __init__(self, jobs: Jobs, leases: Leases, *, look_every: float = 2.0) -> None:
        self._jobs, self._leases, self._look_every = jobs, leases, look_every
        self._closing = self._at_job = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The worker works while this is open; a job that it is at is handed back when it closes.

        It is not stopped while it claims: a connection that is cancelled at work may never close.
        """
        self._closing = False
        task = asyncio.create_task(self._work(), name="jobs")
        try:
            yield
        finally:
            self._closing = True
            self._jobs.wake.set()
            if self._at_job:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _work(self) -> None:
        while not self._closing:
            self._jobs.wake.clear()
            try:
                while (claimed := await self._claimed()) is not None:
                    self._at_job = True
                    try:
                        await self._run(claimed)
                    finally:
                        self._at_job = False
            except Exception as error:  # noqa: BLE001 a failing database must not end the worker for good
                _log.error("job not claimed or not handed in", error=type(error).__name__)
            if not self._closing:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._jobs.wake.wait(), self._look_every)

    async def _claimed(self) -> Claimed | None:
        """The next job; none while this closes, and one that was claimed at that moment goes back."""
        claimed = None if self._closing else await self._leases.claim(self._jobs.kinds())
        if claimed is not None and self._closing:
            await claimed.hand_back()
            return None
        return claimed

    async def _run(self, claimed: Claimed) -> None:
        if claimed.hopeless:
            await claimed.finish(JobState.FAILED, error="It was begun too often without coming to an end.")
            return
        if claimed.attempt > 1:
            await claimed.log("Taken up again: the process that ran it had stopped.")
        beat = asyncio.create_task(self._keep(claimed))
        try:
            await self._handle(claimed)
        except asyncio.CancelledError:
            await claimed.hand_back()
            raise
        finally:
            beat.cancel()
            with suppress(asyncio.CancelledError):
                await beat

    async def _handle(self, claimed: Claimed) -> None:
        try:
            claimed.check()
            result = await self._jobs.kind(claimed.job.kind).run(claimed)
        except Cancelled:
            if not claimed.lost:
                await claimed.log("Cancelled.")
                await claimed.finish(JobState.CANCELLED)
        except Exception as error:  # noqa: BLE001 whatever a handler raises ends its job, not the worker
            await self._failed(claimed, error)
        else:
            await claimed.finish(JobState.DONE, result=result)

    async def _failed(self, claimed: Claimed, error: Exception) -> None:
        """Our own errors say what to do; any other may hold what somebody typed, so only its kind is kept."""
        what_to_do = getattr(error, "what_to_do", None)
        told = f"{error}. {what_to_do}" if what_to_do else f"Something broke ({type(error).__name__})."
        _log.error("job failed", job=claimed.id, kind=claimed.job.kind, error=type(error).__name__)
        await claimed.log(told)
        await claimed.finish(JobState.FAILED, error=told)

    async def _keep(self, claimed: Claimed) -> None:
        while True:
            await asyncio.sleep(self._leases.length.total_seconds() / 3)
            with suppress(Exception):
                await claimed.renew()
