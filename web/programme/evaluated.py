"""Gates from evaluation runs: what the evaluators' policy says of the newest finished run of a suite."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from assistant.programme import GateResult
from evals import GatePolicy, RunState, gate, sheet_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.programme import Gates
    from evals import Policies, Runs, Sheet, SuitePolicy


class EvaluatedGates:
    """The gate of a suite's name passes where its newest finished run keeps to the policy's limits."""

    def __init__(self, runs: Runs, policies: Policies) -> None:
        self._runs, self._policies = runs, policies

    async def latest(self, names: Sequence[str]) -> dict[str, GateResult]:
        """Results by gate; a suite without limits, or without a finished run, has none."""
        found = {}
        policy = await self._policies.policy()
        for name in dict.fromkeys(names):
            result = await self._judged(name, policy.suites[name]) if name in policy.suites else None
            if result is not None:
                found[name] = result
        return found

    async def _judged(self, name: str, policy: SuitePolicy) -> GateResult | None:
        finished = [run for run in await self._runs.list(name) if run.state is RunState.FINISHED]
        if not finished:
            return None
        run = finished[0]
        accepted = await self._runs.accepted(name)
        before = {name: await self._sheet(accepted)} if accepted is not None else {}
        verdict = gate(GatePolicy({name: policy}), {name: await self._sheet(run.id)}, before)
        shown = [f"{each.metric} {each.found} ({each.demand})" for each in verdict.refusals]
        at = run.finished_at or run.started_at
        return GateResult(
            gate=name,
            passed=verdict.passed,
            measured_at=at if at.tzinfo else at.replace(tzinfo=UTC),
            figure="; ".join(shown)[:300],
            suite=name,
            run=f"evaluation run {run.id}",
        )

    async def _sheet(self, number: int) -> Sheet:
        return await sheet_of(self._runs, number)


class NewestOf:
    """Several places to look results up; of one gate the newest counts."""

    def __init__(self, *gates: Gates) -> None:
        self._gates = gates

    async def latest(self, names: Sequence[str]) -> dict[str, GateResult]:
        """The newest result of each gate."""
        found: dict[str, GateResult] = {}
        for gates in self._gates:
            for name, result in (await gates.latest(names)).items():
                if name not in found or result.measured_at > found[name].measured_at:
                    found[name] = result
        return found
