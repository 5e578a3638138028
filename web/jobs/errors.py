"""The errors of jobs.

JobError
├── UnknownJob              no job has that identifier
├── UnknownKind             nothing here does that kind of work
└── JobNotOver              only a job that is over can be run again
"""

from __future__ import annotations

from http import HTTPStatus

from web.errors import WebError


class JobError(WebError):
    """Root of jobs' errors."""


class UnknownJob(JobError):
    """No job has that identifier."""

    status = HTTPStatus.NOT_FOUND
    what_to_do = "GET /v1/jobs lists the jobs."


class UnknownKind(JobError):
    """Nothing here does that kind of work."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    what_to_do = "Choose a kind that this service does."


class JobNotOver(JobError):
    """Only a job that is over can be run again."""

    status = HTTPStatus.CONFLICT
    what_to_do = "Cancel it first, or wait until it is over."


class Cancelled(Exception):
    """Raised inside a handler whose job somebody cancelled; not an error."""
