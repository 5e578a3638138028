"""/v1/jobs: work in the background, its progress as it happens, cancel and retry."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel

from web.access import NotAllowed, Person, allow
from web.columns import RowNumber
from web.dependencies import Parts, parts
from web.jobs import Job, JobState, UnknownKind, subject
from web.problems import Problem

if TYPE_CHECKING:
    from web.jobs import Jobs

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], responses={401: {"model": Problem}})

LOOK_EVERY = 0.5
"""Seconds between two looks at a job whose progress somebody watches."""

Built = Annotated[Parts, Depends(parts)]
Anyone = Annotated[Person, Depends(allow())]


class JobView(BaseModel):
    """A job as it stands."""

    id: str
    kind: str
    title: str
    """The kind's name for people."""
    subject: str
    """What it is about, such as an address, a version or how many pages; empty where nothing says."""
    arguments: Mapping[str, Any]
    by: str
    state: JobState
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    attempts: int
    """How often it was begun: more than once where a process died while it ran."""
    done: int
    failed: int
    skipped: int
    total: int | None
    note: str
    seconds_left: float | None
    """An estimate at the pace so far."""
    cancel_requested: bool
    result: Mapping[str, Any] | None
    error: str | None
    retry_of: str | None


class LineView(BaseModel):
    """One line of a job's log."""

    number: int
    at: datetime
    text: str


@router.get("", summary="The latest jobs")
async def list_jobs(
    built: Built, _: Anyone, kind: str | None = None, limit: RowNumber = 100
) -> list[JobView]:
    """Newest first; `kind` narrows them to one kind."""
    found = await built.jobs.all(limit=max(1, min(limit, 500)), kind=kind)
    return [view(each, built.jobs) for each in found]


@router.get("/{identifier}", summary="A job as it stands", responses={404: {"model": Problem}})
async def read_job(identifier: str, built: Built, _: Anyone) -> JobView:
    """Raises a 404 problem for an identifier that names no job."""
    return view(await built.jobs.job(identifier), built.jobs)


@router.get("/{identifier}/log", summary="A job's log", responses={404: {"model": Problem}})
async def read_log(identifier: str, built: Built, _: Anyone, after: RowNumber = 0) -> list[LineView]:
    """All lines, or those after the line of number `after`."""
    await built.jobs.job(identifier)
    lines = await built.jobs.lines(identifier, after=after)
    return [LineView(number=line.number, at=line.at, text=line.text) for line in lines]


@router.delete("/{identifier}", summary="Cancel a job", responses={403: {"model": Problem}})
async def cancel_job(identifier: str, built: Built, person: Anyone) -> JobView:
    """One that waits never begins; one that runs stops at its next item. A job that is over stays so."""
    job = await permitted(identifier, person, built.jobs)
    cancelled = await built.jobs.cancel(job.id)
    await built.access.audit.record(person.name, "job.cancelled", job.id, job.state, cancelled.state)
    return view(cancelled, built.jobs)


@router.post("/{identifier}/retry", status_code=202, summary="Run a job again")
async def retry_job(identifier: str, built: Built, person: Anyone) -> JobView:
    """A new job: of what failed, where the job says what did, else of everything."""
    job = await permitted(identifier, person, built.jobs)
    again = await built.jobs.retry(job.id, person.name)
    await built.access.audit.record(person.name, "job.retried", job.id, None, again)
    return view(await built.jobs.job(again), built.jobs)


@router.get("/{identifier}/events", summary="A job's progress, as it happens", response_class=Response)
async def watch_job(identifier: str, built: Built, _: Anyone, after: RowNumber = 0) -> Response:
    """Server-sent events: `job` with its state, `line` with a line of its log; `over` ends the stream."""
    await built.jobs.job(identifier)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return EventSourceResponse(_watched(identifier, built.jobs, after), headers=headers)


async def permitted(identifier: str, person: Person, jobs: Jobs) -> Job:
    """The job, where `person` may cancel and repeat it; raises `NotAllowed`, `UnknownJob`."""
    job = await jobs.job(identifier)
    if not may(person, job, jobs):
        raise NotAllowed(f"{person.name} may not change a job of this kind")
    return job


def may(person: Person, job: Job, jobs: Jobs) -> bool:
    """Whether `person` may cancel and repeat `job`."""
    try:
        return person.may(*jobs.kind(job.kind).roles)
    except UnknownKind:
        return person.may()


def view(job: Job, jobs: Jobs) -> JobView:
    """The job with what is worked out of it."""
    values = {name: getattr(job, name) for name in job.__slots__ if name != "lease_until"}
    return JobView(
        **values,
        title=jobs.title(job.kind),
        subject=subject(job.arguments),
        seconds_left=job.seconds_left(jobs.now()),
    )


async def _watched(identifier: str, jobs: Jobs, after: int) -> AsyncIterator[bytes]:
    last: JobView | None = None
    while True:
        shown = view(await jobs.job(identifier), jobs)
        for line in await jobs.lines(identifier, after=after):
            after = line.number
            told = LineView(number=line.number, at=line.at, text=line.text)
            yield format_sse_event(event="line", data_str=told.model_dump_json())
        if shown != last:
            last = shown
            yield format_sse_event(event="job", data_str=shown.model_dump_json())
        if shown.state.over:
            yield format_sse_event(event="over", data_str=shown.model_dump_json())
            return
        await asyncio.sleep(LOOK_EVERY)
