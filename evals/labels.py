"""What people say of answers: which of two is better, without knowing whose it is, or marks by a rubric."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import Column, DateTime, Integer, String, Table, select

from evals.agreement import cohen_kappa, krippendorff_alpha, squared
from evals.errors import EvalError
from ingest import metadata, upsert

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine

PREFERENCE = "preference"
"""The criterion of a pairwise label; its value is the number of the better run, or 0 for neither."""

labels = Table(
    "eval_labels",
    metadata,
    Column("before", Integer, primary_key=True),
    Column("after", Integer, primary_key=True),
    Column("case_id", String(200), primary_key=True),
    Column("criterion", String(60), primary_key=True),
    Column("rater", String(200), primary_key=True),
    Column("value", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
"""A rubric's labels are of one run, which is then both `before` and `after`."""


@dataclass(frozen=True, slots=True)
class Label:
    """What one person said of one case."""

    before: int
    after: int
    case_id: str
    criterion: str
    rater: str
    value: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the rubric."""

    name: str
    question: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far raters agree on one criterion, and what they said in all."""

    criterion: str
    items: int
    raters: int
    values: tuple[tuple[int, int], ...]
    """Each value and how often it was given."""
    alpha: float | None
    """Krippendorff's, where at least one item was rated twice."""
    kappa: float | None
    """Cohen's, where there are just two raters."""


class Labels:
    """The labels; every method is one transaction."""

    def __init__(self, engine: AsyncEngine, *, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now

    async def give(
        self, before: int, after: int, case_id: str, criterion: str, rater: str, value: int
    ) -> None:
        """One label; a second one by the same person replaces the first. Raises `EvalError`."""
        allowed = {0, before, after} if criterion == PREFERENCE else set(range(1, 6))
        if value not in allowed or criterion not in {PREFERENCE, *(each.name for each in rubric())}:
            raise EvalError(
                "that is no label of this question", what_to_do="Choose one of the answers shown."
            )
        row = {
            "before": before, "after": after, "case_id": case_id, "criterion": criterion, "rater": rater,
            "value": value, "created_at": self._now(),
        }  # fmt: skip
        async with self._engine.begin() as connection:
            await connection.execute(upsert(self._engine, labels).values(**row))

    async def of(self, before: int, after: int) -> list[Label]:
        """All labels of a pair of runs, or of one run where both are the same."""
        query = select(labels).where(labels.c.before == before, labels.c.after == after)
        async with self._engine.connect() as connection:
            rows = await connection.execute(query.order_by(labels.c.case_id, labels.c.rater))
            return [Label(**row._mapping) for row in rows]

    async def sets(self) -> list[tuple[int, int]]:
        """The pairs of runs that have labels."""
        query = select(labels.c.before, labels.c.after).distinct().order_by(labels.c.before, labels.c.after)
        async with self._engine.connect() as connection:
            return [(row.before, row.after) for row in await connection.execute(query)]


def agreement(given: Sequence[Label]) -> tuple[Agreement, ...]:
    """By criterion; marks are an interval scale, preferences are names."""
    return tuple(
        _agreement(criterion, [each for each in given if each.criterion == criterion])
        for criterion in dict.fromkeys(each.criterion for each in given)
    )


def swapped(case_id: str, rater: str) -> bool:
    """Whether this rater sees the later run's answer on the left: by chance, but always the same."""
    return hashlib.sha256(f"{case_id}\n{rater}".encode()).digest()[0] % 2 == 1


@cache
def rubric() -> tuple[Criterion, ...]:
    """What is marked from 1 to 5."""
    text = files("evals").joinpath("rubric.toml").read_text(encoding="utf-8")
    return tuple(Criterion(name, question) for name, question in tomllib.loads(text)["criteria"].items())


def _agreement(criterion: str, given: Sequence[Label]) -> Agreement:
    items: dict[str, dict[str, int]] = {}
    for each in given:
        items.setdefault(each.case_id, {})[each.rater] = each.value
    raters = sorted({each.rater for each in given})
    kappa = None
    if len(raters) == 2:
        one, other = raters
        both = [(each[one], each[other]) for each in items.values() if one in each and other in each]
        kappa = cohen_kappa(both)
    distance = None if criterion == PREFERENCE else squared
    values = tuple(sorted(Counter(each.value for each in given).items()))
    alpha = krippendorff_alpha([list(each.values()) for each in items.values()], distance)
    return Agreement(criterion, len(items), len(raters), values, alpha, kappa)
