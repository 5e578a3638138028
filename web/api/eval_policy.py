"""/v1/evals/policy: what the gate demands, for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from evals import Limit, Revision
from web.access import Person, Role, allow
from web.dependencies import Parts, parts
from web.policy_changes import Demands, change_suite, drop_suite
from web.problems import Problem

router = APIRouter(
    prefix="/v1/evals/policy",
    tags=["evaluation"],
    responses={
        401: {"model": Problem},
        403: {"model": Problem},
        409: {"model": Problem, "description": "Somebody else changed the policy in the meantime."},
        422: {"model": Problem},
    },
)

Built = Annotated[Parts, Depends(parts)]
Evaluator = Annotated[Person, Depends(allow(Role.EVALUATOR))]


class LimitView(BaseModel):
    """What one metric may be."""

    model_config = ConfigDict(extra="forbid")

    floor: float | None = None
    ceiling: float | None = None
    fall: float | None = Field(default=None, description="The largest tolerated fall.")


class SuiteView(BaseModel):
    """The demands on one suite."""

    limits: dict[str, LimitView]
    must_pass: list[str] = []
    publish: bool = False
    """Whether it is asked before a version of the index is published."""


class PolicyView(BaseModel):
    """The policy as it is now."""

    revision: int
    """0: the file's."""
    changed_by: str
    changed_at: datetime | None
    reason: str
    suites: dict[str, SuiteView]


class SuiteChange(SuiteView):
    """Other demands on one suite, with the reason."""

    reason: str
    based_on: int
    """The revision that was looked at."""


@router.get("", summary="What the gate demands")
async def read_policy(built: Built, _: Evaluator) -> PolicyView:
    """The latest revision, or the file's."""
    return _view(await built.policies.current())


@router.put("/suites/{suite}", summary="Change what the gate demands of a suite")
async def put_suite(suite: str, asked: SuiteChange, built: Built, person: Evaluator) -> PolicyView:
    """Kept as a revision, with who and why; the gate before publishing uses it at once."""
    limits = {name: each.model_dump(exclude_none=True) for name, each in asked.limits.items()}
    demands = Demands(suite, limits, asked.must_pass, asked.publish, asked.reason, asked.based_on)
    return _view(await change_suite(demands, built, person))


@router.delete("/suites/{suite}", summary="Demand nothing of a suite any more")
async def delete_suite(
    suite: str,
    built: Built,
    person: Evaluator,
    reason: Annotated[str, Query(min_length=1, max_length=500)],
    based_on: Annotated[int, Query(ge=0, le=2**31 - 1)],
) -> PolicyView:
    """Kept as a revision, with who and why."""
    return _view(await drop_suite(suite, based_on, reason, built, person))


def _view(revision: Revision) -> PolicyView:
    return PolicyView(
        revision=revision.number,
        changed_by=revision.changed_by,
        changed_at=revision.changed_at,
        reason=revision.reason,
        suites={
            name: SuiteView(
                limits={limit.metric: _limit(limit) for limit in each.limits},
                must_pass=list(each.must_pass),
                publish=each.publish,
            )
            for name, each in revision.policy.suites.items()
        },
    )


def _limit(limit: Limit) -> LimitView:
    return LimitView(floor=limit.floor, ceiling=limit.ceiling, fall=limit.fall)
