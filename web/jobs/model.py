"""A job, and what a handler of its kind is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from web.access.roles import Role


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work in the background, as lists and pages show it."""

    id: str
    kind: str
    arguments: Mapping[str, Any]
    by: str
    state: JobState
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    lease_until: datetime | None
    attempts: int
    """How often it was begun: more than once where a process died while it ran."""
    done: int
    failed: int
    skipped: int
    total: int | None
    note: str
    """What it is at, in words."""
    cancel_requested: bool
    result: Mapping[str, Any] | None
    error: str | None
    retry_of: str | None

    @property
    def settled(self) -> int:
        """Items that are settled, however."""
        return self.done + self.failed + self.skipped

    def seconds_left(self, now: datetime) -> float | None:
        """An estimate: the items left at the pace so far; None where there is nothing to go by."""
        if self.state is not JobState.RUNNING or self.started_at is None or not self.settled:
            return None
        if self.total is None or self.total < self.settled:
            return None
        pace = (now - self.started_at).total_seconds() / self.settled
        return pace * (self.total - self.settled)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a job's log."""

    number: int
    at: datetime
    text: str


class RunningJob(Protocol):
    """What a handler works with."""

    @property
    def id(self) -> str: ...
    @property
    def arguments(self) -> Mapping[str, Any]: ...
    @property
    def by(self) -> str: ...
    @property
    def cancelled(self) -> bool:
        """Whether somebody asked for the job to stop."""
        ...

    async def progress(
        self, done: int, total: int | None = None, note: str = "", *, failed: int = 0, skipped: int = 0
    ) -> None:
        """Say how far the work is; the counts are absolute."""
        ...

    async def log(self, line: str) -> None:
        """Add a line to the job's log."""
        ...

    def check(self) -> None:
        """Raises `Cancelled` where somebody asked for the job to stop: call it between two items."""
        ...


Handler = Callable[[RunningJob], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of work: what does it, its name for people, and who may start, cancel and repeat it.

    A handler's result may hold `failed`, a mapping of items to reasons; a retry is then given
    `only`, the list of those items, among its arguments, and all that the result holds as `retry_with`.
    """

    name: str
    title: str
    run: Handler
    roles: tuple[Role, ...]
