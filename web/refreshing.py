"""Pages are kept fresh while the service runs: what is due is looked at again, in the background.

A changed text answers once its check has passed the gate, as an editor's does; where the gate fails it waits
as a candidate. A page that is gone at its source stops answering at once: nobody has to allow that.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import structlog

from ingest import IndexLocked, IngestError, NotPublishable, Refreshed, VersionState, refresh, writing
from ingest.refresh import NOTE
from web.editing.deciding import standing
from web.editing.editing import CHECK

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ingest import Progress, Version
    from web.editing import Editing

BY = "refresh"
"""Who the audit trail and the jobs say it was."""
_log = structlog.get_logger("web.refresh")


@dataclass(slots=True)
class Round:
    """What one look at what is due has done."""

    seen: Refreshed = field(default_factory=Refreshed)
    withdrawn: int | None = None
    """The version published without pages that are gone at their source."""
    candidate: int | None = None
    """The version that is to be checked now."""


async def refresh_index(
    editing: Editing, *, progress: Progress | None = None, everything: bool = False, by: str = BY
) -> Round:
    """One round under the writer's lock; what has changed becomes a candidate. Raises `IngestError`."""
    catalog, settings = editing.index.catalog, editing.settings
    from ingest.sources import Reach, WebSource  # where nothing is ever refreshed, neither is imported

    reach = Reach(settings.hosts, settings.allow_private_addresses)
    async with writing(settings.data_dir, "refresh", settings.database_url):
        earlier = waiting(await catalog.versions())
        seen = await refresh(
            editing.index,
            partial(WebSource, reach=reach),
            now=editing.now,
            progress=progress,
            everything=everything,
            gather=earlier.id if earlier else None,
        )
        done = Round(seen)
        if (number := seen.report.candidate) is not None:
            if earlier is not None:
                await catalog.discard(earlier.id)
                await editing.forget(earlier.id)
            await _settle(number, done, editing, by)
        elif earlier is not None:
            await _look_again(earlier, done, editing)
        if done.withdrawn is not None:
            await editing.let_go_of_old()
    return done


def waiting(versions: list[Version]) -> Version | None:
    """The candidate that an earlier round has left."""
    of_rounds = (each for each in versions if each.state is VersionState.CANDIDATE and each.note == NOTE)
    return next(of_rounds, None)


async def _settle(number: int, done: Round, editing: Editing, by: str) -> None:
    try:
        done.withdrawn = await editing.withdraw(number, by)
    except NotPublishable:  # the embedding model has changed as well: `index rebuild` comes first
        await editing.index.catalog.discard(number)
        return
    if done.withdrawn != number:
        done.candidate = number


async def _look_again(earlier: Version, done: Round, editing: Editing) -> None:
    """The check is made anew where another version was published since, or where it came to no end."""
    live = await editing.index.catalog.live()
    stands = standing(await editing.reports.of(earlier.id), live)
    if stands == "missing" and await _is_being_checked(earlier.id, editing):
        return
    if stands not in {"outdated", "missing"}:
        return
    if earlier.parent != live:
        await editing.index.catalog.rebase(earlier.id)
    await editing.forget(earlier.id)
    done.candidate = earlier.id


async def _is_being_checked(number: int, editing: Editing) -> bool:
    jobs = await editing.jobs.all(kind=CHECK)
    return any(not job.state.over and job.arguments.get("version") == number for job in jobs)


@asynccontextmanager
async def refreshing(editing: Editing) -> AsyncIterator[None]:
    """Look at what is due every `refresh_minutes`, as long as the context is open; 0 is never."""
    if not editing.settings.refresh_minutes:
        yield
        return
    task = asyncio.create_task(_rounds(editing))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _rounds(editing: Editing) -> None:
    while True:
        await asyncio.sleep(60 * editing.settings.refresh_minutes)
        try:
            await keep_fresh(editing)
        except IndexLocked:
            continue  # somebody is writing; what is due stays due
        except IngestError as error:
            _log.warning("refresh failed", error=str(error))
        except Exception as error:  # noqa: BLE001 a round that fails must not be the last one
            _log.error("refresh failed", error=type(error).__name__)


async def keep_fresh(editing: Editing) -> Round:
    """One round; a job checks what has changed, and publishes it where the gate passes."""
    done = await refresh_index(editing)
    if done.candidate is not None:
        await editing.jobs.start(CHECK, {"version": done.candidate, "publish": True}, BY)
    if done.seen.reports or done.seen.failed:
        sources, failed = len(done.seen.reports), done.seen.failed
        _log.info("refreshed", sources=sources, failed=failed, candidate=done.candidate, gone=done.withdrawn)
    return done
