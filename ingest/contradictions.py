"""Pages that give different figures for the same thing: the same fee, two amounts.

Two statements are about the same when, their figures left out, they say the same in other words, and
they stand on pages about the same or name it themselves. What is found is for an editor to look at: it is
precise rather than complete.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import combinations
from typing import TYPE_CHECKING

from ingest.structure import UnitKind
from ingest.terms import terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ingest.model import StoredPage
    from ingest.snapshot import Snapshot
    from ingest.units import PageUnit

LEAST_KEYS = 2
"""Telling words below which a statement does not say what its figure is of."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a page says, with its place and the figures in it."""

    page: StoredPage
    text: str
    start: int
    end: int
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two statements of two pages that say the same with other figures; `unit` is what is counted."""

    unit: str
    first: Statement
    second: Statement


@dataclass(frozen=True, slots=True)
class _Rules:
    same: Mapping[str, str]
    ignored: frozenset[str]
    units: Mapping[str, re.Pattern[str]]


def contradictions(snapshot: Snapshot) -> list[Contradiction]:
    """All that are found in a version, by address."""
    groups: dict[tuple[str, str, frozenset[str]], list[Statement]] = {}
    for page, lines in zip(snapshot.pages, snapshot.outlines, strict=True):
        for unit in lines.units:
            for key, statement in _statements(page, unit):
                groups.setdefault(key, []).append(statement)
    found = [
        Contradiction(key[0], *pair)
        for key, statements in groups.items()
        if len(statements) > 1
        for pair in _differing(statements)
    ]
    return sorted(
        found, key=lambda each: (each.first.page.page.url, each.first.start, each.second.page.page.url)
    )


def _differing(statements: Sequence[Statement]) -> Iterator[tuple[Statement, Statement]]:
    """Pairs of two pages, one a pair of pages, neither of whose figures includes the other's."""
    seen = set()
    for first, second in combinations(statements, 2):
        pages = frozenset((first.page.id, second.page.id))
        if len(pages) < 2 or pages in seen or set(first.figures) & set(second.figures):
            continue
        seen.add(pages)
        yield first, second


def _statements(
    page: StoredPage, unit: PageUnit
) -> Iterator[tuple[tuple[str, str, frozenset[str]], Statement]]:
    known = rules()
    said = unit.text if unit.unit.kind is UnitKind.SENTENCE else unit.search_text
    for name, pattern in known.units.items():
        figures = tuple(sorted({_plain(found[1]) for found in pattern.finditer(unit.text)}))
        if not figures:
            continue
        rest = said
        for other in known.units.values():
            rest = other.sub(" ", rest)
        keys = frozenset(known.same.get(key, key) for key in terms(rest) if key not in known.ignored)
        if len(keys) >= LEAST_KEYS and not any(key.isdigit() for key in keys):
            statement = Statement(page, unit.text, unit.unit.start, unit.unit.end, figures)
            yield (name, page.page.language, keys), statement


def _plain(figure: str) -> str:
    """`1,200.00` and `1200` are the same figure."""
    whole, _, part = figure.replace(",", "").partition(".")
    return f"{whole}.{part}" if part.strip("0") else whole


@cache
def rules() -> _Rules:
    """The rules that ship with the product."""
    data = tomllib.loads(resources.files("ingest").joinpath("contradictions.toml").read_text("utf-8"))
    same = {key: terms(group[0])[0] for group in data["same"] for word in group for key in terms(word)}
    ignored = frozenset(key for word in data["ignored"] for key in terms(word))
    units = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in data["units"].items()}
    return _Rules(same, ignored, units)
