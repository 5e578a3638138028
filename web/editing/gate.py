"""The gate before publishing: a verdict on how a candidate answers.

Any object with `name` and `judge` can be plugged in at the composition root.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from evals import gate_version
from web.editing.report import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractAsyncContextManager

    from evals import Policies, Runs, Subject
    from web.editing.report import Comparison

    Subjects = Callable[..., AbstractAsyncContextManager[Subject]]

__all__ = ["AllOf", "Gate", "SuiteLimits", "UnbrokenAnswers", "Verdict"]

NAMED = 5
"""Questions that a reason names; the page shows them all."""


class Gate(Protocol):
    """Says whether a version may be published."""

    @property
    def name(self) -> str: ...

    async def judge(self, version: int, live: int | None, comparisons: Sequence[Comparison]) -> Verdict:
        """The verdict on a version; `comparisons` are all affected questions, also those left the same."""
        ...


class UnbrokenAnswers:
    """Passes where every citation verifies and no case of a suite that passed fails."""

    name = "unbroken answers"

    async def judge(self, version: int, live: int | None, comparisons: Sequence[Comparison]) -> Verdict:
        """The reasons name the questions."""
        unverified = [each for each in comparisons if not each.after.verified]
        broken = [each for each in comparisons if each.broken]
        lost = [each for each in comparisons if each.asking.times and each.lost]
        reasons = [
            *_told("A citation does not verify", unverified),
            *_told("A case that passed now fails", broken),
        ]
        warnings = _told("People ask this, and it would no longer be answered", lost)
        return Verdict(not reasons, self.name, tuple(reasons), tuple(warnings))


class SuiteLimits:
    """Passes where the suites that the evaluators' policy names for publishing keep to its limits."""

    name = "limits of the suites"

    def __init__(self, subjects: Subjects, runs: Runs, policies: Policies) -> None:
        self._subjects, self._runs, self._policies = subjects, runs, policies

    async def judge(self, version: int, live: int | None, comparisons: Sequence[Comparison]) -> Verdict:
        """The reasons name the suite, the metric, what is demanded, and the cases to look at."""
        policy = await self._policies.policy()
        found = await gate_version(version, live, self._subjects, self._runs, policy, by="check")
        reasons = [
            f"{each.suite}, {each.metric}: {each.demand}, found {each.found}"
            + (f"; look at {', '.join(each.cases[:NAMED])}" if each.cases else "")
            for each in found.refusals
        ]
        return Verdict(found.passed, self.name, tuple(reasons))


class AllOf:
    """Passes where each of several gates does."""

    def __init__(self, *gates: Gate) -> None:
        self._gates = gates
        self.name = " and ".join(gate.name for gate in gates)

    async def judge(self, version: int, live: int | None, comparisons: Sequence[Comparison]) -> Verdict:
        """The reasons and warnings of all."""
        verdicts = [await gate.judge(version, live, comparisons) for gate in self._gates]
        return Verdict(
            all(each.passed for each in verdicts),
            self.name,
            tuple(reason for each in verdicts for reason in each.reasons),
            tuple(warning for each in verdicts for warning in each.warnings),
        )


def _told(what: str, comparisons: Sequence[Comparison]) -> list[str]:
    told = [f"{what}: “{each.asking.question}”" for each in comparisons[:NAMED]]
    more = len(comparisons) - NAMED
    return [*told, f"{what}: {more} more"] if more > 0 else told
