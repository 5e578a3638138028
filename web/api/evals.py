"""/v1/evals: suites, runs, comparisons and the gate, for programs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from evals import Run, UnknownRun, ask, compare, gate, parse_configuration, sheet_of
from evals.output import as_json
from web.access import Person, Role, allow
from web.api.jobs import JobView
from web.api.jobs import view as job_view
from web.columns import RowNumber
from web.dependencies import Parts, parts
from web.evaluating import KIND, accepted, configuration_names, known_suite, latest, suite_names
from web.problems import Problem

router = APIRouter(
    prefix="/v1/evals",
    tags=["evaluation"],
    responses={401: {"model": Problem}, 403: {"model": Problem}, 404: {"model": Problem}},
)

Built = Annotated[Parts, Depends(parts)]
Evaluator = Annotated[Person, Depends(allow(Role.EVALUATOR))]


class RunRequest(BaseModel):
    """What is to be run."""

    suite: str
    configuration: str = "served"
    sample: int | None = Field(default=None, ge=1)
    repeat: int = Field(default=1, ge=1, le=20)


class RunView(BaseModel):
    """A run as lists show it."""

    id: int
    suite: str
    configuration: str
    index_version: int
    state: str
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    asked: int
    """Answers that were made for it; the others were known."""
    accepted: bool
    """Whether the gate compares later runs with it."""
    figures: dict[str, dict[str, float]]


class Replay(BaseModel):
    """A case asked again."""

    same: bool
    answer: Any


class ConfigurationText(BaseModel):
    """A configuration as TOML."""

    text: str


@router.get("/suites", summary="The suites and configurations that there are")
async def list_suites(built: Built, _: Evaluator) -> dict[str, list[str]]:
    """The installation's own first."""
    return {"suites": suite_names(built), "configurations": await configuration_names(built)}


@router.post("/runs", status_code=202, summary="Run a suite", responses={422: {"model": Problem}})
async def start_run(asked: RunRequest, built: Built, person: Evaluator) -> JobView:
    """A job; its result names the run."""
    known_suite(asked.suite, built)
    await built.configurations.get(asked.configuration)
    arguments = asked.model_dump(exclude_none=True)
    job = await built.jobs.start(KIND, arguments, person.name)
    await built.access.audit.record(person.name, "evaluation.started", asked.suite, None, asked.configuration)
    return job_view(await built.jobs.job(job), built.jobs)


@router.get("/runs", summary="The latest runs")
async def list_runs(built: Built, _: Evaluator, suite: str | None = None) -> list[RunView]:
    """Newest first."""
    return [run_view(each) for each in await built.runs.list(suite)]


@router.get("/runs/{number}", summary="A run")
async def read_run(number: RowNumber, built: Built, _: Evaluator) -> RunView:
    """Its state and figures."""
    return run_view(await built.runs.run(number))


@router.get("/runs/{number}/scores", summary="A run's figures by tag, and each case's scores")
async def read_scores(number: RowNumber, built: Built, _: Evaluator) -> dict[str, Any]:
    """Scored anew from what was kept; nothing is asked."""
    return await to_thread.run_sync(as_json, await sheet_of(built.runs, number))


@router.post("/runs/{number}/accept", summary="Make a run the standard of its suite")
async def accept_run(number: RowNumber, built: Built, person: Evaluator) -> RunView:
    """The gate compares later runs with it."""
    run = await built.runs.run(number)
    before = await built.runs.accepted(run.suite)
    await built.runs.accept(number)
    await built.access.audit.record(person.name, "evaluation.accepted", run.suite, before, number)
    return run_view(await built.runs.run(number))


@router.get("/runs/{number}/cases/{at}/replay", summary="Ask a case of a run again")
async def replay(number: RowNumber, at: RowNumber, built: Built, _: Evaluator) -> Replay:
    """On the same index version and configuration; nothing is kept of it."""
    run, trials = await built.runs.run(number), await built.runs.trials(number)
    if not 0 <= at < len(trials):
        raise UnknownRun(f"run {number} has no case number {at}")
    async with built.subject(run.varied, version=run.basis.index_version) as subject:
        now = await ask(trials[at].case, subject.assistant)
    return Replay(same=now.asked == trials[at].asked, answer=asdict(now.answer))


@router.get("/compare", summary="Two runs side by side")
async def compare_runs(before: RowNumber, after: RowNumber, built: Built, _: Evaluator) -> dict[str, Any]:
    """Paired differences, and the cases that flipped in each direction."""
    earlier, later = [await sheet_of(built.runs, number) for number in (before, after)]
    return asdict(compare(earlier, later))


@router.get("/gate", summary="The gate's verdict on the latest runs")
async def read_verdict(built: Built, _: Evaluator) -> dict[str, Any]:
    """The policy's demands, what was found, and the cases to look at."""
    policy = await built.policies.policy()
    names = list(policy.suites)
    newest = await latest(built, names)
    sheets = {name: await sheet_of(built.runs, run.id) for name, run in newest.items()}
    verdict = gate(policy, sheets, await accepted(built, names))
    return {"passed": verdict.passed, "findings": [asdict(each) for each in verdict.findings]}


@router.put("/configurations/{name}", summary="Save a configuration", responses={422: {"model": Problem}})
async def save_configuration(
    name: str, given: ConfigurationText, built: Built, person: Evaluator
) -> dict[str, str]:
    """Refused where it does not fit the assistant."""
    async with built.subject(parse_configuration(name, given.text)):
        found = await built.configurations.save(name, given.text, person.name)
    await built.access.audit.record(person.name, "configuration.saved", name, None, given.text)
    return {"name": name, "digest": found.digest}


def run_view(run: Run) -> RunView:
    """As the API shows it."""
    return RunView(
        id=run.id,
        suite=run.suite,
        configuration=run.configuration_name,
        index_version=run.basis.index_version,
        state=run.state,
        started_by=run.started_by,
        started_at=run.started_at,
        finished_at=run.finished_at,
        asked=run.asked,
        accepted=run.accepted,
        figures={name: dict(each) for name, each in run.figures.items()},
    )
