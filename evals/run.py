"""A suite run against an assistant: planned, asked in parallel, kept as it goes, and scored at the end."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import anyio

from evals.asking import ask, without_personal
from evals.errors import UnknownRun
from evals.runs import Planned, RunState
from evals.scoring import score_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant import Assistant
    from evals.runs import Basis, Runs
    from evals.subject import Subject
    from evals.suite import Suite
    from evals.trial import Trial

BATCH = 16
"""Answers written at once: what a crash can cost at the most, for each worker; of a model's answers, none."""

SEED = 20261127
"""Of samples: the same sample of a suite each time."""


class Progress(Protocol):
    """Told how far a run is; asked whether it should stop."""

    async def done(self, done: int, total: int) -> None: ...

    def stopped(self) -> bool: ...


class Quiet:
    """Nobody watches and nobody stops it."""

    async def done(self, done: int, total: int) -> None:
        """Nothing."""

    def stopped(self) -> bool:
        """Never."""
        return False


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run."""

    suite: Suite
    sample: int | None = None
    """Cases drawn from the suite, the same ones each time; None for all."""
    repeat: int = 1
    parallel: int = 2
    fresh: bool = False
    """Ask again also what is known."""
    by: str = ""
    resume: int | None = None
    """A run of the same suite on the same basis that broke off."""
    take_up: bool = False
    """Go on with the latest unfinished run of the same questions by the same person, where there is one."""


async def run(order: Order, subject: Subject, runs: Runs, progress: Progress | None = None) -> int:
    """Run `order` on `subject`; the number of the run.

    Raises `UnknownRun` where what is to be resumed does not fit.
    """
    assistant, progress = subject.assistant, progress or Quiet()
    planned = plan(order, subject.basis)
    number = await _begin(order, subject, planned, runs)
    if order.fresh:
        await runs.forget_answers(each.key for each in planned)
    known = await runs.known(each.key for each in planned)
    missing = list({each.key: each for each in planned if each.key not in known}.values())
    whole = await _Asking(assistant, runs, number, order.parallel, progress).all(missing, len(planned))
    trials = await runs.trials(number)
    figures = score_all(trials).figures
    await runs.finish(number, RunState.FINISHED if whole else RunState.STOPPED, figures)
    return number


def plan(order: Order, basis: Basis) -> tuple[Planned, ...]:
    """The cases that are asked, each with the key of its answer."""
    cases = list(order.suite.cases)
    if order.sample is not None and order.sample < len(cases):
        chosen = sorted(random.Random(SEED).sample(range(len(cases)), order.sample))
        cases = [cases[at] for at in chosen]
    return tuple(
        Planned(position, repeat, case, basis.key(case, repeat))
        for position, case in enumerate(cases)
        for repeat in range(order.repeat)
    )


async def _begin(order: Order, subject: Subject, planned: Sequence[Planned], runs: Runs) -> int:
    redactor = subject.assistant.guards.redactor
    if order.take_up and (left := await runs.unfinished(order.suite.name, order.by, planned)) is not None:
        return left
    if order.resume is None:
        kept = [replace(each, case=without_personal(each.case, redactor)) for each in planned]
        return await runs.begin(order.suite.name, subject.configuration, subject.basis, kept, by=order.by)
    before = await runs.planned(order.resume)
    if {each.key for each in before} != {each.key for each in planned}:
        raise UnknownRun(
            f"run {order.resume} asked other questions, or on another index, configuration or code",
            what_to_do="Start a new run: what is still the same is not asked again.",
        )
    return order.resume


class _Asking:
    """Workers that take cases from one list and write what they get in batches."""

    def __init__(
        self, assistant: Assistant, runs: Runs, number: int, parallel: int, progress: Progress
    ) -> None:
        self._assistant = assistant
        self._runs = runs
        self._number = number
        self._parallel = parallel
        self._progress = progress
        self._done = self._total = 0

    async def all(self, missing: list[Planned], total: int) -> bool:
        """Ask what is missing of `total`; False when it was stopped before the end."""
        self._done, self._total = total - len(missing), total
        await self._progress.done(self._done, total)
        left = list(reversed(missing))
        async with anyio.create_task_group() as workers:
            for _ in range(self._parallel):
                workers.start_soon(self._work, left)
        return not left

    async def _work(self, left: list[Planned]) -> None:
        made: list[tuple[str, Trial]] = []
        while left and not self._progress.stopped():
            planned = left.pop()
            made.append((planned.key, await ask(planned.case, self._assistant, repeat=planned.repeat)))
            self._done += 1
            if (
                len(made) == BATCH or made[-1][1].answer.prompt_digest
            ):  # what a model was paid for is kept at once
                await self._flush(made)
        await self._flush(made)

    async def _flush(self, made: list[tuple[str, Trial]]) -> None:
        await self._runs.keep(self._number, made)
        made.clear()
        await self._progress.done(self._done, self._total)
