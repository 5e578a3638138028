"""The gate's policy: per suite and metric the floor, the ceiling and the largest tolerated fall, as TOML."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import Any

from evals.errors import PolicyError
from evals.metrics import DETERMINISTIC
from evals.scoring import PASSED

SHIPPED_POLICY = Path(str(files("evals"))) / "gates.toml"
MEASURED = (PASSED, *(metric.name for metric in DETERMINISTIC))
"""What a policy may make demands on."""

COUNTED = frozenset({"words", "sentence length", "reading age"})
"""Metrics that are no shares: their limits may be above 1."""

_LIMITS = ("floor", "ceiling", "fall")
_OWN = frozenset({"must_pass", "publish"})


@dataclass(frozen=True, slots=True)
class Limit:
    """What one metric of a suite may be; None where nothing is said."""

    metric: str
    floor: float | None = None
    ceiling: float | None = None
    fall: float | None = None
    """The largest tolerated fall against the accepted run."""


@dataclass(frozen=True, slots=True)
class SuitePolicy:
    """The limits of one suite, the cases that must always pass, and whether publishing asks it."""

    suite: str
    limits: tuple[Limit, ...]
    must_pass: tuple[str, ...] = ()
    publish: bool = False


@dataclass(frozen=True, slots=True)
class GatePolicy:
    """What is demanded, by suite."""

    suites: Mapping[str, SuitePolicy]

    def with_suite(self, policy: SuitePolicy) -> GatePolicy:
        """The same with other demands on that suite."""
        return replace(self, suites={**self.suites, policy.suite: policy})

    def without(self, suite: str) -> GatePolicy:
        """The same with no demands on that suite."""
        return replace(self, suites={name: each for name, each in self.suites.items() if name != suite})


def load_policy(path: Path | None = None) -> GatePolicy:
    """The policy in a file, or the shipped one; raises `PolicyError`."""
    path = path or SHIPPED_POLICY
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyError(f"{path} cannot be read: {error.strerror}") from error
    return parse_policy(text, path.name)


def parse_policy(text: str, name: str, *, kept: bool = False) -> GatePolicy:
    """The policy that TOML text holds; raises `PolicyError` that names the suite and the metric.

    One that was `kept` may name a metric that there is no more: the gate refuses it as not measured.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{name}: {error}") from error
    suites = values.get("suites", {})
    return GatePolicy({suite: suite_policy(suite, each, name, kept=kept) for suite, each in suites.items()})


def suite_policy(suite: str, values: Any, where: str, *, kept: bool = False) -> SuitePolicy:
    """The demands on one suite, checked; raises `PolicyError`."""
    if not isinstance(values, dict):
        raise PolicyError(f"{where}: [suites.{suite}] must be a table")
    limits = tuple(
        _limit(metric, each, f"{where}: {suite}", kept=kept)
        for metric, each in values.items()
        if metric not in _OWN
    )
    must_pass = values.get("must_pass", [])
    if not isinstance(must_pass, list) or not all(isinstance(each, str) and each for each in must_pass):
        raise PolicyError(f"{where}: {suite}: must_pass is a list of ids of cases")
    return SuitePolicy(suite, limits, tuple(dict.fromkeys(must_pass)), bool(values.get("publish", False)))


def as_toml(policy: GatePolicy) -> str:
    """The policy as its file would be; `parse_policy` reads the same again."""
    lines: list[str] = []
    for suite, each in policy.suites.items():
        lines += ["", f"[suites.{_key(suite)}]"]
        if each.publish:
            lines.append("publish = true")
        if each.must_pass:
            lines.append(f"must_pass = {json.dumps(list(each.must_pass), ensure_ascii=False)}")
        for limit in each.limits:
            said = {name: value for name in _LIMITS if (value := getattr(limit, name)) is not None}
            told = ", ".join(f"{name} = {float(value)!r}" for name, value in said.items())
            lines.append(f"{_key(limit.metric)} = {{ {told} }}")
    return "\n".join(lines).lstrip() + "\n"


def _key(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _limit(metric: str, values: Any, where: str, *, kept: bool) -> Limit:
    known = isinstance(values, dict) and values and not set(values) - set(_LIMITS)
    numbers = known and all(_is_number(each) for each in values.values())
    if not numbers:
        raise PolicyError(f"{where}: {metric!r} needs numbers for some of {', '.join(_LIMITS)}")
    if metric not in MEASURED and not kept:
        told = f"Metrics: {', '.join(MEASURED)}."
        raise PolicyError(f"{where}: there is no metric {metric!r}", what_to_do=told)
    limit = Limit(metric, **{key: float(value) for key, value in values.items()})
    _check_span(limit, values, where)
    return limit


def _check_span(limit: Limit, values: Mapping[str, float], where: str) -> None:
    metric = limit.metric
    most = float("inf") if metric in COUNTED else 1.0
    for key, value in values.items():
        if not 0 <= value <= most:
            span = "0 or more" if metric in COUNTED else "from 0 to 1"
            raise PolicyError(f"{where}: the {key} of {metric!r} is {value:g}; it must be {span}")
    if limit.floor is not None and limit.ceiling is not None and limit.floor > limit.ceiling:
        raise PolicyError(f"{where}: the floor of {metric!r} is above its ceiling, so nothing could pass")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
