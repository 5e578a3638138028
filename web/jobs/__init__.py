"""Work in the background: queued in the database, claimed by lease, with progress, log and cancel."""

from web.jobs.errors import Cancelled, JobError, UnknownJob, UnknownKind
from web.jobs.jobs import Jobs
from web.jobs.lease import Leases
from web.jobs.model import Handler, Job, JobKind, JobState, Line, RunningJob
from web.jobs.subject import subject
from web.jobs.worker import Worker

__all__ = [
    "Cancelled",
    "Handler",
    "Job",
    "JobError",
    "JobKind",
    "JobState",
    "Jobs",
    "Leases",
    "Line",
    "RunningJob",
    "UnknownJob",
    "UnknownKind",
    "Worker",
    "subject",
]
