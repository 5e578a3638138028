"""Pages are kept fresh while the service runs: what is due is looked at again, in the background."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import structlog

from ingest import IndexLocked, IngestError, prune, refresh, writing
from ingest.sources import Reach, WebSource

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from ingest import Index, Progress, Refreshed
    from web.settings import Settings

_log = structlog.get_logger("web.refresh")


async def refresh_index(
    index: Index,
    settings: Settings,
    now: Callable[[], datetime],
    *,
    progress: Progress | None = None,
    publish: bool = True,
    everything: bool = False,
) -> Refreshed:
    """One round under the writer's lock, then old versions go; raises `IngestError`."""
    reach = Reach(settings.hosts, settings.allow_private_addresses)
    with writing(settings.data_dir, "refresh"):
        done = await refresh(
            index,
            partial(WebSource, reach=reach),
            now=now,
            progress=progress,
            publish=publish,
            everything=everything,
        )
        if done.published:
            await prune(index, now=now())
        return done


@asynccontextmanager
async def refreshing(index: Index, settings: Settings, now: Callable[[], datetime]) -> AsyncIterator[None]:
    """Look at what is due every `refresh_minutes`, as long as the context is open; 0 is never."""
    if not settings.refresh_minutes:
        yield
        return
    task = asyncio.create_task(_rounds(index, settings, now))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _rounds(index: Index, settings: Settings, now: Callable[[], datetime]) -> None:
    while True:
        await asyncio.sleep(60 * settings.refresh_minutes)
        try:
            done = await refresh_index(index, settings, now)
        except IndexLocked:
            continue  # somebody is writing; what is due stays due
        except IngestError as error:
            _log.warning("refresh failed", error=str(error))
            continue
        if done.reports or done.failed:
            _log.info("refreshed", versions=done.published, sources=len(done.reports), failed=done.failed)
