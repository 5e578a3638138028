"""An evidence pack: what was measured and recorded, line by line of the frameworks that ask for it.

A line has evidence only where something was recorded; otherwise it says "no evidence", which is the honest
state of what nobody has done yet. Nothing here judges whether a line is fulfilled: a person does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evals.guardrail_report import Row
    from evals.runs import Run

NONE = "no evidence"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was recorded; `link` leads to the run, where there is one."""

    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One principle, commitment or risk, and what speaks to it."""

    id: str
    title: str
    evidence: tuple[Evidence, ...]
    checked: bool = False
    """Whether the title is word for word that of the source, where it was read."""

    @property
    def status(self) -> str:
        """Whether there is anything."""
        return "evidence" if self.evidence else NONE


@dataclass(frozen=True, slots=True)
class Framework:
    """A list that somebody else wrote, where it was read and what of it was not read there."""

    name: str
    source: str
    read: date
    note: str
    lines: tuple[Line, ...]

    @property
    def unchecked(self) -> int:
        """Lines whose title is a short name of our own."""
        return sum(not line.checked for line in self.lines)


@dataclass(frozen=True, slots=True)
class Pack:
    """The whole of it, with the date on which it was made."""

    at: datetime
    frameworks: tuple[Framework, ...]
    facts: Mapping[str, str]
    """What is known of the index and the policy."""

    @property
    def without(self) -> int:
        """Lines that nothing speaks to."""
        return sum(not line.evidence for each in self.frameworks for line in each.lines)


@dataclass(frozen=True)
class Known:
    """Everything that evidence may be drawn from."""

    runs: Mapping[str, Run]
    """The latest finished run of each suite."""
    guards: Sequence[Row]
    index: Mapping[str, str]
    policy: Mapping[str, str]


def assurance(known: Known, at: datetime, base: str = "") -> Pack:
    """The pack over what is known; `base` is the address of the console that links lead to."""
    text = files("evals").joinpath("assurance.toml").read_text(encoding="utf-8")
    frameworks = tuple(_framework(each, known, base) for each in tomllib.loads(text)["frameworks"])
    return Pack(at, frameworks, {**known.index, **known.policy})


def _framework(given: Mapping[str, Any], known: Known, base: str) -> Framework:
    lines = tuple(
        Line(
            each["id"],
            each["title"],
            tuple(found for one in each["evidence"] for found in _evidence(one, known, base)),
            bool(each.get("checked", False)),
        )
        for each in given["lines"]
    )
    return Framework(given["name"], given["source"], given["read"], given["note"], lines)


def _evidence(asked: Mapping[str, str], known: Known, base: str) -> list[Evidence]:
    if "run" in asked:
        return _of_run(asked["run"], asked["metric"], known, base)
    if "guard" in asked:
        return _of_guard(asked["guard"], asked["measure"], known.guards)
    kind = "index" if "index" in asked else "policy"
    fact = (known.index if kind == "index" else known.policy).get(asked[kind])
    return [Evidence(f"{asked[kind]}: {fact}")] if fact else []


def _of_run(suite: str, metric: str, known: Known, base: str) -> list[Evidence]:
    run = known.runs.get(suite)
    figure = run.figures.get(metric) if run else None
    if run is None or figure is None:
        return []
    value = f"{figure['mean']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"
    where = f"run {run.id} of {suite}, {figure['n']:.0f} cases, index version {run.basis.index_version}"
    when = f"{run.started_at:%Y-%m-%d}"
    return [Evidence(f"{metric} {value} ({where}, {when})", f"{base}/console/evaluations/runs/{run.id}")]


def _of_guard(family: str, measure: str, rows: Sequence[Row]) -> list[Evidence]:
    """Rows of the family whose measure ends so; "lowest recall" is the weakest of its recalls."""
    of_family = [row for row in rows if row.family == family or row.family.startswith(f"{family} +")]
    if measure.startswith("lowest "):
        ends = measure.removeprefix("lowest ")
        some = [row for row in of_family if row.measure.endswith(ends)]
        of_family = [min(some, key=lambda row: row.value)] if some else []
        measure = ends
    return [
        Evidence(f"guards, {row.family}: {row.measure} {row.text}{_target(row)}")
        for row in of_family
        if row.measure.endswith(measure)
    ]


def _target(row: Row) -> str:
    if row.target is None:
        return ""
    sign = "at most" if row.at_most else "at least"
    return f"; target {sign} {row.target:g}, {'met' if row.met else 'MISSED'}"
