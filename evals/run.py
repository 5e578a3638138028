"""A suite run against an assistant becomes a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant import Answer, Final, Question, Turn, answer
from evals.intervals import Figure, figure
from evals.metrics import Score, score

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant import Assistant
    from evals.suite import Case, Suite


@dataclass(frozen=True, slots=True)
class Result:
    """One case, the answer that it got, and its score."""

    case: Case
    answer: Answer
    score: Score


@dataclass(frozen=True, slots=True)
class RunReport:
    """All results of a run over one version of the index."""

    suite: str
    index_version: int
    results: tuple[Result, ...]

    @property
    def figures(self) -> dict[str, Figure]:
        """Every metric that applies to at least one case."""
        scores = [result.score for result in self.results]
        columns: dict[str, list[float | bool | None]] = {
            "passed": [each.passed for each in scores],
            "page first": [each.page_first for each in scores],
            "page listed": [each.page_listed for each in scores],
            "facts shown": [each.facts_shown for each in scores],
            "citations verify": [each.citations_verify for each in scores],
            "citations of an expected page": [each.citations_expected for each in scores],
            "answered or declined rightly": [each.abstained_rightly for each in scores],
        }
        found = {name: figure(values) for name, values in columns.items()}
        return {name: value for name, value in found.items() if value is not None}

    @property
    def failures(self) -> tuple[Result, ...]:
        """The cases that did not pass."""
        return tuple(result for result in self.results if not result.score.passed)


async def run(suite: Suite, assistant: Assistant, *, progress: Callable[[], None] | None = None) -> RunReport:
    """Ask every question of `suite`, one after the other, on the live version; raises `EmptyIndex`."""
    snapshot = await assistant.index.live()
    results = []
    for case in suite.cases:
        given = await ask(case, assistant)
        results.append(Result(case, given, score(case, given, snapshot)))
        if progress is not None:
            progress()
    return RunReport(suite.name, snapshot.version, tuple(results))


async def ask(case: Case, assistant: Assistant) -> Answer:
    """The answer to a case's question; raises `RuntimeError` for a stream without a final event."""
    question = Question(case.question, tuple(Turn(each) for each in case.history))
    async for event in answer(question, assistant):
        if isinstance(event, Final):
            return event.answer
    raise RuntimeError("the stream ended without a final event")
