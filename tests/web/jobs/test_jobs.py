"""Jobs: progress, log, cancel, retry, and what happens when their process is killed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ingest import IngestError, create_tables, open_engine
from web.access import Role
from web.jobs import JobKind, Jobs, JobState, Leases, Worker

pytestmark = pytest.mark.anyio


class Clock:
    """A clock that goes on when told."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock():
    """Stands still until it is moved."""
    return Clock()


@pytest.fixture
async def engine(tmp_path):
    """A database with all tables."""
    opened = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'jobs.db'}")
    await create_tables(opened)
    yield opened
    await opened.dispose()


@pytest.fixture
def jobs(engine, clock):
    """No job yet."""
    return Jobs(engine, clock)


def kind(run, name="count"):
    """A kind of work."""
    return JobKind(name, "Count things", run, (Role.EDITOR,))


async def settled(jobs, identifier):
    """The job once it is over."""
    async with asyncio.timeout(60):
        while not (job := await jobs.job(identifier)).state.over:
            await asyncio.sleep(0.01)
    return job


async def test_a_job_is_done_with_progress_log_and_result(jobs, engine, clock):
    """All that its handler said can be read afterwards."""

    async def run(job):
        for number in range(job.arguments["things"]):
            await job.progress(number + 1, 3, f"thing {number}", skipped=1)
            await job.log(f"counted {number}")
        return {"counted": 3}

    jobs.register(kind(run))
    identifier = await jobs.start("count", {"things": 3}, "mere")
    async with Worker(jobs, Leases(engine, clock)).running():
        job = await settled(jobs, identifier)
    assert (job.state, job.done, job.skipped, job.total, job.note) == (JobState.DONE, 3, 1, 3, "thing 2")
    assert (job.result, job.by) == ({"counted": 3}, "mere")
    assert [line.text for line in await jobs.lines(identifier)] == ["counted 0", "counted 1", "counted 2"]


async def test_the_time_left_is_the_pace_so_far(jobs, engine, clock):
    """Two of six in ten seconds: twenty seconds more."""
    jobs.register(kind(None))
    identifier = await jobs.start("count", {}, "mere")
    claimed = await Leases(engine, clock).claim(["count"])
    clock.at += timedelta(seconds=10)
    await claimed.progress(1, 6, failed=1)
    assert (await jobs.job(identifier)).seconds_left(clock()) == 20


async def test_a_job_that_waits_is_cancelled_at_once(jobs, engine, clock):
    """It never begins."""
    begun = []

    async def run(job):
        begun.append(job.id)
        return {}

    jobs.register(kind(run))
    identifier = await jobs.start("count", {}, "mere")
    assert (await jobs.cancel(identifier)).state is JobState.CANCELLED
    async with Worker(jobs, Leases(engine, clock)).running():
        other = await jobs.start("count", {}, "mere")
        await settled(jobs, other)
    assert begun == [other]


async def test_a_job_that_runs_stops_at_its_next_item(jobs, engine, clock):
    """What it did stays done, and it says that it was cancelled."""
    running = asyncio.Event()

    async def run(job):
        for number in range(1_000):
            await job.progress(number, 1_000)
            job.check()
            running.set()
            await asyncio.sleep(0.01)
        return {}

    jobs.register(kind(run))
    identifier = await jobs.start("count", {}, "mere")
    async with Worker(jobs, Leases(engine, clock)).running():
        await running.wait()
        await jobs.cancel(identifier)
        job = await settled(jobs, identifier)
    assert job.state is JobState.CANCELLED
    assert (await jobs.lines(identifier))[-1].text == "Cancelled."


async def test_a_job_that_breaks_says_what_to_do_and_the_next_one_runs(jobs, engine, clock):
    """Our own errors in words; a foreign one only by its kind, for its words may hold anything."""

    async def run(job):
        if job.arguments["how"] == "ours":
            raise IngestError("the page is away", what_to_do="Try again later.")
        raise ValueError("secret text")

    jobs.register(kind(run))
    ours = await jobs.start("count", {"how": "ours"}, "mere")
    foreign = await jobs.start("count", {"how": "foreign"}, "mere")
    async with Worker(jobs, Leases(engine, clock)).running():
        assert (await settled(jobs, ours)).error == "the page is away. Try again later."
        told = (await settled(jobs, foreign)).error
    assert "ValueError" in told and "secret" not in told


async def test_retrying_does_what_failed_again(jobs, clock, engine):
    """A job that was done but left items behind is repeated for those; a broken one for all."""
    seen = []

    async def run(job):
        seen.append(job.arguments)
        return {"failed": {"b": "away", "a": "away"}}

    jobs.register(kind(run))
    identifier = await jobs.start("count", {"things": 3}, "mere")
    async with Worker(jobs, Leases(engine, clock)).running():
        await settled(jobs, identifier)
        again = await jobs.retry(identifier, "hine")
        job = await settled(jobs, again)
    assert seen[1] == {"things": 3, "only": ["a", "b"]}
    assert (job.by, job.retry_of) == ("hine", identifier)


async def test_a_killed_process_loses_its_job_to_another_when_the_lease_runs_out(jobs, engine, clock):
    """Not before; and the one that lost it can change nothing any more."""
    jobs.register(kind(None))
    identifier = await jobs.start("count", {}, "mere")
    killed = await Leases(engine, clock, seconds=30).claim(["count"])
    other = Leases(engine, clock, seconds=30)
    clock.at += timedelta(seconds=29)
    assert await other.claim(["count"]) is None
    clock.at += timedelta(seconds=2)
    taken = await other.claim(["count"])
    assert (taken.id, taken.attempt) == (identifier, 2)
    await killed.finish(JobState.FAILED, error="too late")
    assert killed.lost
    assert (await jobs.job(identifier)).state is JobState.RUNNING
    await taken.finish(JobState.DONE)
    assert (await jobs.job(identifier)).state is JobState.DONE


async def test_a_job_is_claimed_once_however_many_ask(jobs, engine, clock):
    """Two workers never do the same."""
    jobs.register(kind(None))
    await jobs.start("count", {}, "mere")
    claims = await asyncio.gather(*(Leases(engine, clock).claim(["count"]) for _ in range(6)))
    assert sum(claim is not None for claim in claims) == 1


async def test_a_worker_that_stops_hands_its_job_back(jobs, engine, clock):
    """The next start goes on with it at once and says so in the log."""
    begun = asyncio.Event()

    async def run(job):
        if not begun.is_set():
            begun.set()
            await asyncio.sleep(60)
        return {}

    jobs.register(kind(run))
    identifier = await jobs.start("count", {}, "mere")
    async with Worker(jobs, Leases(engine, clock)).running():
        await begun.wait()
    assert (await jobs.job(identifier)).state is JobState.QUEUED
    async with Worker(jobs, Leases(engine, clock)).running():
        assert (await settled(jobs, identifier)).state is JobState.DONE
    assert "Taken up again" in (await jobs.lines(identifier))[0].text


async def test_a_job_that_kills_its_process_each_time_is_given_up(jobs, engine, clock):
    """It does not take the service down for ever."""
    jobs.register(kind(None))
    identifier = await jobs.start("count", {}, "mere")
    for _ in range(5):
        await Leases(engine, clock).claim(["count"])
        clock.at += timedelta(minutes=1)
    async with Worker(jobs, Leases(engine, clock)).running():
        job = await settled(jobs, identifier)
    assert (job.state, job.attempts) == (JobState.FAILED, 6)
