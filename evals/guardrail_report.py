"""The report on the guards: rows of measures with intervals and targets.

Intervals are Wilson's score intervals for a proportion (Wilson 1927).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt


@dataclass(frozen=True, slots=True)
class Proportion:
    """`hits` of `n`."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share; 1 of nothing."""
        return self.hits / self.n if self.n else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval."""
        if not self.n:
            return 0.0, 1.0
        z, p, n = 1.96, self.hits / self.n, self.n
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3f} [{low:.3f}, {high:.3f}] ({self.hits}/{self.n})"


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of a family, with its target (None: reported only)."""

    family: str
    measure: str
    value: float
    text: str
    target: float | None = None
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Whether the target is met; a row without one always is."""
        if self.target is None:
            return True
        return self.value <= self.target if self.at_most else self.value >= self.target


@dataclass(frozen=True, slots=True)
class Report:
    """All rows, the cases that went wrong by family (ids only), and how many cases there were."""

    rows: tuple[Row, ...]
    failures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cases: int = 0

    @property
    def passed(self) -> bool:
        """Whether every target is met."""
        return all(row.met for row in self.rows)

    def text(self) -> str:
        """The report as a plain table."""
        lines = [f"{self.cases} cases"]
        for row in self.rows:
            sign = "" if row.target is None else f"target {'<=' if row.at_most else '>='} {row.target:g}: "
            verdict = "" if row.target is None else ("met" if row.met else "MISSED")
            lines.append(f"{row.family:<20} {row.measure:<28} {row.text:<38} {sign}{verdict}".rstrip())
        lines += [f"wrong in {name}: {', '.join(ids)}" for name, ids in self.failures.items() if ids]
        return "\n".join(lines)


def rate(
    family: str, measure: str, hits: Sequence[bool], target: float | None = None, *, at_most: bool = False
) -> Row:
    """A row for the share of `hits` that are true."""
    share = Proportion(sum(hits), len(hits))
    return Row(family, measure, share.value, str(share), target, at_most)
