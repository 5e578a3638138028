"""What failed in a job is read again into the candidate that the job made, not into one beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest import VersionState

if TYPE_CHECKING:
    from ingest import Index, Report, Version
    from web.editing.editing import Editing
    from web.jobs import RunningJob


async def still_waiting(number: int | None, index: Index) -> Version | None:
    """The candidate of that number, where another one can take over what it changes."""
    made_as_now = (index.embedder.name, index.cutting)
    for each in await index.catalog.versions() if number is not None else ():
        if each.id == number and each.state is VersionState.CANDIDATE:
            return each if (each.embedder, each.chunker) == made_as_now else None
    return None


async def take_over(earlier: Version | None, report: Report, job: RunningJob, editing: Editing) -> None:
    """A candidate is whole and does not change: the one with its changes and more takes its place.

    The caller holds the writer's lock.
    """
    if earlier is None or report.candidate is None:
        return
    await editing.index.catalog.discard(earlier.id)
    await editing.forget(earlier.id)
    told = {"in its place": report.candidate}
    await editing.audit.record(job.by, "version.discarded", str(earlier.id), "candidate", told)
    await job.log(f"Version {report.candidate} holds what version {earlier.id} changed, and this.")
