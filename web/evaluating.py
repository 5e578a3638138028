"""What the command line, the API and the console do alike with suites and runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from evals import Order, RunState, SuiteError, load, load_configuration, names_in, run, sheet_of, shipped
from evals.configuration import CONFIGURATIONS
from web.access import Role
from web.jobs import JobKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractAsyncContextManager, AbstractContextManager
    from pathlib import Path

    from evals import Configuration, Progress, Run, Runs, SavedConfigurations, Sheet, Subject, Suite
    from web.jobs import RunningJob
    from web.settings import Settings

KIND = "evaluation"
"""The kind of job that runs a suite."""


class Evaluating(Protocol):
    """The parts that evaluating needs."""

    @property
    def settings(self) -> Settings: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def configurations(self) -> SavedConfigurations: ...
    @property
    def subject(self) -> Callable[..., AbstractAsyncContextManager[Subject]]: ...


class _Told:
    """A job as the run's progress: it is told how far it is, and stops it when somebody cancels."""

    def __init__(self, job: RunningJob) -> None:
        self._job = job

    async def done(self, done: int, total: int) -> None:
        await self._job.progress(done, total)

    def stopped(self) -> bool:
        return self._job.cancelled


def evaluation(built: Evaluating) -> JobKind:
    """The kind of job that runs a suite."""

    async def work(job: RunningJob) -> dict[str, Any]:
        given = job.arguments
        order = Order(
            known_suite(given["suite"], built),
            sample=given.get("sample"),
            repeat=given.get("repeat", 1),
            by=job.by,
            take_up=True,
        )
        configuration = await built.configurations.get(given.get("configuration"))
        told = f"{len(order.suite.cases)} cases of {order.suite.name}"
        await job.log(f"{told}, configuration {configuration.name}.")
        async with built.subject(configuration) as subject:
            number = await run(order, subject, built.runs, _Told(job))
        job.check()
        done = await built.runs.run(number)
        await job.log(f"Run {number}: {done.asked} asked, the others were known.")
        link = {"href": f"/console/evaluations/runs/{number}", "text": f"Run {number} of {done.suite}"}
        return {"run": number, "figures": dict(done.figures), "links": [link]}

    return JobKind(KIND, "Run a suite", work, (Role.EVALUATOR,))


def own_suites(built: Evaluating) -> Path:
    """The folder of the installation's own suites."""
    return built.settings.data_dir / "suites"


def suite_names(built: Evaluating) -> list[str]:
    """The installation's own suites, then those that are shipped."""
    return list(dict.fromkeys((*names_in(own_suites(built)), *shipped())))


def known_suite(name: str, built: Evaluating) -> Suite:
    """The suite of that name: never a path, for the name comes from outside. Raises `SuiteError`."""
    names = suite_names(built)
    if name not in names:
        raise SuiteError(f"there is no suite {name!r}", what_to_do=f"Suites: {', '.join(names)}.")
    return load(name, own_suites(built))


async def configuration_names(built: Evaluating) -> list[str]:
    """What is served, the saved ones, and those that are shipped."""
    saved = [each.name for each in await built.configurations.all()]
    packaged = sorted(each.stem for each in CONFIGURATIONS.glob("*.toml"))
    return list(dict.fromkeys(("served", *saved, *packaged)))


async def named_configuration(name_or_path: str | None, built: Evaluating) -> Configuration:
    """A saved one by name, a shipped one, or a file of this machine; raises `ConfigurationError`."""
    if name_or_path in {each.name for each in await built.configurations.all()}:
        return await built.configurations.get(name_or_path)
    return load_configuration(name_or_path)


async def run_all(
    suites: Sequence[str],
    configuration: Configuration,
    built: Evaluating,
    watch: Callable[[str], AbstractContextManager[Progress]],
    parallel: int = 2,
) -> dict[str, Sheet]:
    """Each suite's sheet, on one opened version; what is known is not asked again."""
    sheets: dict[str, Sheet] = {}
    async with built.subject(configuration) as subject:
        for name in suites:
            order = Order(load(name, own_suites(built)), parallel=parallel)
            sheets[name] = await _sheet(order, subject, built.runs, watch)
    return sheets


async def accepted(built: Evaluating, suites: Sequence[str]) -> dict[str, Sheet]:
    """The sheet of each suite's accepted run, where there is one."""
    found: dict[str, Sheet] = {}
    for name in suites:
        number = await built.runs.accepted(name)
        if number is not None:
            found[name] = await sheet_of(built.runs, number)
    return found


async def latest(built: Evaluating, suites: Sequence[str]) -> dict[str, Run]:
    """The newest finished run of each suite, where there is one."""
    found: dict[str, Run] = {}
    for name in suites:
        finished = [each for each in await built.runs.list(name) if each.state is RunState.FINISHED]
        if finished:
            found[name] = finished[0]
    return found


async def _sheet(
    order: Order, subject: Subject, runs: Runs, watch: Callable[[str], AbstractContextManager[Progress]]
) -> Sheet:
    with watch(order.suite.name) as progress:
        number = await run(order, subject, runs, progress)
    return await sheet_of(runs, number)
