"""Whether runs are good enough to go on with: floors, tolerated falls, and a verdict that names cases.

A floor is compared with the mean. A fall is the mean of paired differences on the cases that both runs
asked, so that a changed suite is no fall. What is no number, or was not measured, is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from evals.compare import compare
from evals.scoring import PASSED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from evals.gate_policy import GatePolicy, Limit, SuitePolicy
    from evals.intervals import Figure
    from evals.scoring import Sheet


@dataclass(frozen=True, slots=True)
class Finding:
    """One demand and whether it is met; `cases` are those to look at where it is not."""

    suite: str
    metric: str
    demand: str
    found: str
    met: bool
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything that was demanded and found."""

    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether every demand is met."""
        return all(each.met for each in self.findings)

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """What is not met."""
        return tuple(each for each in self.findings if not each.met)


def gate(policy: GatePolicy, after: Mapping[str, Sheet], before: Mapping[str, Sheet]) -> Verdict:
    """Judge the sheets of `after`, each against that of `before` where there is one."""
    findings: list[Finding] = []
    for name, suite in policy.suites.items():
        if name not in after or not after[name].trials:
            findings.append(Finding(name, PASSED, "is run", "was not run", met=False))
            continue
        findings += gate_suite(suite, after[name], before.get(name))
    return Verdict(tuple(findings))


def gate_suite(policy: SuitePolicy, after: Sheet, before: Sheet | None) -> list[Finding]:
    """Every demand on one suite."""
    found: list[Finding] = []
    for limit in policy.limits:
        figure = after.figures.get(limit.metric)
        if figure is None:
            demand = "is measured"
            found.append(Finding(policy.suite, limit.metric, demand, "was not measured", met=False))
            continue
        found += _numbers(policy.suite, limit, figure, after)
        found += _bounds(policy.suite, limit, figure, after)
    found += _falls(policy, after, before) if before is not None else ()
    found += _must_pass(policy, after)
    return found


def _numbers(suite: str, limit: Limit, figure: Figure, sheet: Sheet) -> Iterator[Finding]:
    if figure.nan:
        each = zip(sheet.trials, sheet.scores[limit.metric], strict=True)
        cases = [trial.case.id for trial, score in each if score and isnan(score.value)]
        found = f"{figure.nan} of {figure.n} are no number"
        yield Finding(suite, limit.metric, "is a number for each case", found, met=False, cases=tuple(cases))


def _bounds(suite: str, limit: Limit, figure: Figure, sheet: Sheet) -> Iterator[Finding]:
    found = f"{figure.mean:.3f} [{figure.low:.3f}, {figure.high:.3f}] of {figure.n}"
    if limit.floor is not None:
        met = figure.mean >= limit.floor
        cases = () if met else _low(sheet, limit.metric)
        yield Finding(suite, limit.metric, f"at least {limit.floor:g}", found, met, cases)
    if limit.ceiling is not None:
        yield Finding(suite, limit.metric, f"at most {limit.ceiling:g}", found, figure.mean <= limit.ceiling)


def _falls(policy: SuitePolicy, after: Sheet, before: Sheet) -> Iterator[Finding]:
    paired = {each.metric: each for each in compare(before, after).metrics}
    for limit in policy.limits:
        if limit.fall is None or limit.metric not in paired:
            continue
        each = paired[limit.metric]
        fall = -each.difference.mean
        found = f"{each.before:.3f} before, {each.after:.3f} now, on {each.difference.n} cases"
        met = fall <= limit.fall + 1e-9
        cases = () if met else _fallen(before, after, limit.metric)
        yield Finding(policy.suite, limit.metric, f"falls by at most {limit.fall:g}", found, met, cases)


def _must_pass(policy: SuitePolicy, after: Sheet) -> Iterator[Finding]:
    if not policy.must_pass:
        return
    passed = {trial.case.id: True for trial in after.trials}
    for at, trial in enumerate(after.trials):
        passed[trial.case.id] &= after.passed[at]
    failed = tuple(case for case in policy.must_pass if not passed.get(case, False))
    found = f"{len(policy.must_pass) - len(failed)} of {len(policy.must_pass)} pass"
    yield Finding(policy.suite, "cases that must pass", "all pass", found, not failed, failed)


def _low(sheet: Sheet, metric: str) -> tuple[str, ...]:
    """Cases that keep the mean down."""
    if metric == PASSED:
        return tuple(trial.case.id for at, trial in enumerate(sheet.trials) if not sheet.passed[at])
    column = sheet.scores[metric]
    return tuple(sheet.trials[at].case.id for at, score in enumerate(column) if score and score.failed)


def _fallen(before: Sheet, after: Sheet, metric: str) -> tuple[str, ...]:
    """Cases that score lower than before."""
    was = _values(before, metric)
    now = _values(after, metric)
    return tuple(key[0] for key, value in now.items() if key in was and not value >= was[key])


def _values(sheet: Sheet, metric: str) -> dict[tuple[str, int], float]:
    keys = [(trial.case.id, trial.repeat) for trial in sheet.trials]
    if metric == PASSED:
        return dict(zip(keys, map(float, sheet.passed), strict=True))
    column = zip(keys, sheet.scores[metric], strict=True)
    return {key: score.value for key, score in column if score is not None}
