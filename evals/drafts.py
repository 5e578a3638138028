"""Cases that a person has still to complete: from what citizens reported, or made by a tool."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.errors import SuiteError
from evals.suite import Case, Parsed, Problem, parse_lines
from evals.suite_check import Site, check
from evals.trial import dump_case

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from assistant import FeedbackItem

REVIEW = "review"
"""The tag of a case that nobody has reviewed; `add` refuses it until somebody takes it away."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the cases that were to be added."""

    added: tuple[str, ...]
    known: tuple[str, ...]
    """Cases that the suite has already, with the same question."""


def from_feedback(items: Iterable[FeedbackItem], *, today: date) -> list[Case]:
    """A draft for each reported answer, with its redacted question; what is right is for a person to say."""
    return [
        Case(
            id=f"feedback-{item.id}",
            question=item.question,
            answerable=True,
            tags={
                REVIEW: "draft",
                "source": "feedback",
                "outcome": item.outcome,
                **({"topic": item.topic} if item.topic else {}),
            },
            date=today.isoformat(),
        )
        for item in items
        if item.question.strip()
    ]


def write_cases(cases: Sequence[Case], path: Path) -> None:
    """A suite file of these cases."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_lines(cases), encoding="utf-8")


def as_lines(cases: Iterable[Case]) -> str:
    """The text of a suite file."""
    return "".join(f"{_line(case)}\n" for case in cases)


def add(given: Parsed, path: Path, site: Site | None) -> Added:
    """Add reviewed cases to the suite file `path`, all or none; raises `SuiteError` naming what is wrong.

    A case must have an author and no review tag, and must not contradict what the suite has under its id.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    have = {case.id: case for _, case in parse_lines(path.stem, lines).cases}
    problems = [*check(given, site), *unfinished(given, have)]
    if problems:
        told = "\n".join([f"{given.name}: nothing was added", *map(str, problems)])
        raise SuiteError(told, what_to_do="Complete the cases, then add them.")
    return add_cases(given, path, have)


def unfinished(given: Parsed, have: Mapping[str, Case]) -> list[Problem]:
    """What keeps cases out of a suite that has those of `have` by their ids."""
    problems = []
    for number, case in given.cases:
        problems += [Problem(number, f"{case.id}: {what}") for what in _unfinished(case)]
        if case.id in have and have[case.id].question != case.question:
            problems.append(Problem(number, f"{case.id}: the suite has another question under this id"))
    return problems


def add_cases(given: Parsed, path: Path, have: Mapping[str, Case]) -> Added:
    """Write those that `have` has not, after all has been checked."""
    new = [case for _, case in given.cases if case.id not in have]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(as_lines(new))
    known = tuple(case.id for _, case in given.cases if case.id in have)
    return Added(tuple(case.id for case in new), known)


def _unfinished(case: Case) -> list[str]:
    found = []
    if case.tags.get(REVIEW):
        found.append(f"take away the tag {REVIEW!r} when a person has reviewed it")
    if not case.author:
        found.append("name its author")
    return found


def _line(case: Case) -> str:
    return json.dumps(json.loads(dump_case(case)), ensure_ascii=False)
