"""What the command line, the API and the console do alike with suites and runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from evals import Order, load, run, score_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from evals import Configuration, Progress, Runs, Sheet, Subject
    from web.main import Services


class Evaluating(Protocol):
    """The parts that evaluating needs."""

    @property
    def runs(self) -> Runs: ...


async def run_all(
    suites: Sequence[str],
    configuration: Configuration,
    built: Services,
    watch: Callable[[str], AbstractContextManager[Progress]],
    parallel: int = 2,
) -> dict[str, Sheet]:
    """Each suite's sheet, on one opened version; what is known is not asked again."""
    async with built.subject(configuration) as subject:
        return {
            name: await _sheet(Order(load(name), parallel=parallel), subject, built.runs, watch)
            for name in suites
        }


async def accepted(built: Evaluating, suites: Sequence[str]) -> dict[str, Sheet]:
    """The sheet of each suite's accepted run, where there is one."""
    found: dict[str, Sheet] = {}
    for name in suites:
        number = await built.runs.accepted(name)
        if number is not None:
            found[name] = score_all(await built.runs.trials(number))
    return found


async def _sheet(
    order: Order, subject: Subject, runs: Runs, watch: Callable[[str], AbstractContextManager[Progress]]
) -> Sheet:
    with watch(order.suite.name) as progress:
        number = await run(order, subject, runs, progress)
    return score_all(await runs.trials(number))
