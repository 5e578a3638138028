"""Suites of cases, as JSON lines: what is asked and what a right answer shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable


class SuiteError(Exception):
    """A suite that cannot be used; names the file and the lines."""

    what_to_do = "Correct those lines; docs/evaluation.md describes the fields."


class Case(BaseModel):
    """One question and what is expected of its answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    history: tuple[str, ...] = ()
    """Earlier questions of the conversation."""
    language: str = "en"
    pages: tuple[str, ...] = ()
    """Slugs (en/renew-an-adult-passport) or addresses of the pages that answer; any of them will do."""
    facts: tuple[str, ...] = ()
    """Texts that must stand in what the answer quotes."""
    forbidden: tuple[str, ...] = ()
    """Texts that must not."""
    answerable: bool = True
    tags: dict[str, str] = Field(default_factory=dict)
    author: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """A named list of cases."""

    name: str
    cases: tuple[Case, ...]


def load(name_or_path: str) -> Suite:
    """A shipped suite by name, or a file; raises `SuiteError` that names each bad line."""
    shipped = Path(str(files(__package__))) / "suites" / f"{name_or_path}.jsonl"
    path = shipped if shipped.exists() else Path(name_or_path)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SuiteError(f"there is no suite {name_or_path!r}") from error
    cases, problems = _parse(lines)
    problems += _repeated(case.id for case in cases)
    if problems:
        raise SuiteError(f"{path.name}: " + "; ".join(problems))
    return Suite(path.stem, tuple(cases))


def _parse(lines: list[str]) -> tuple[list[Case], list[str]]:
    cases: list[Case] = []
    problems: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            cases.append(Case.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            problems.append(f"line {number}: {where} {first['msg']}".replace(":  ", ": "))
    return cases, problems


def _repeated(identifiers: Iterable[str]) -> list[str]:
    return [f"id {each!r} {count} times" for each, count in Counter(identifiers).items() if count > 1]
