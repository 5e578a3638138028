"""Gates: thresholds that evaluation runs must pass. Certificates and assessments rest on the latest result.

Whatever runs gates plugs in by recording each outcome with `record_gate`, or as another `Gates`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from assistant.programme.queries import Query
from assistant.programme.records import OFFICE, Actor, Origin, Provenance, Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.programme.lookup import Lookup
    from assistant.programme.register import Register

KIND = "gate-results"


@dataclass(frozen=True, slots=True)
class GateResult:
    """The outcome of one gate; `figure` says what was measured against what."""

    gate: str
    passed: bool
    measured_at: datetime
    figure: str = ""
    suite: str = ""
    run: str = ""


class Gates(Protocol):
    """Where the latest results are looked up; a gate that never ran is left out."""

    async def latest(self, names: Sequence[str]) -> dict[str, GateResult]: ...


class RecordedGates:
    """The results that were recorded as records of this programme."""

    def __init__(self, records: Lookup) -> None:
        self._records = records

    async def latest(self, names: Sequence[str]) -> dict[str, GateResult]:
        found = {}
        for name in dict.fromkeys(names):
            query = Query(filters={"gate": name}, order="-measured_at", limit=1)
            page = await self._records.find(KIND, query, by=OFFICE)
            if page.records:
                found[name] = result_of(page.records[0])
        return found


def result_of(record: Record) -> GateResult:
    """The result that a record of the kind `gate-results` holds."""
    values = record.values
    return GateResult(
        gate=values["gate"],
        passed=values.get("passed", False),
        measured_at=datetime.fromisoformat(values["measured_at"]),
        figure=values.get("figure", ""),
        suite=values.get("suite", ""),
        run=values.get("run", ""),
    )


async def record_gate(register: Register, result: GateResult, *, by: Actor = OFFICE) -> Record:
    """Keep the outcome of a gate; certificates that rest on one that failed lapse at once."""
    values = {
        "title": f"{result.gate}: {'passed' if result.passed else 'failed'}",
        "gate": result.gate, "passed": result.passed, "measured_at": result.measured_at,
        "figure": result.figure, "suite": result.suite, "run": result.run,
    }  # fmt: skip
    return await register.create(KIND, values, by=by, origin=Origin(Provenance.GENERATED))
