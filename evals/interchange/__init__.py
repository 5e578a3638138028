"""Suites in the shapes of other tools: read into cases, written from cases."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError

from evals.errors import SuiteError
from evals.interchange import beir_layout, csv_table, multidoc2dial, promptfoo, ragas_rows
from evals.suite import Parsed, Problem, parse_lines, repeated, wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from evals.suite import Case
    from evals.trial import Trial

    Reader = Callable[[Path], list[Case]]
    Rows = Callable[[str], Iterator[tuple[int, Any]]]

FOLDERS: dict[str, Reader] = {"multidoc2dial": multidoc2dial.read, "beir": beir_layout.read}
"""Shapes of several files."""

TEXTS: dict[str, tuple[Rows, Callable[[int, Any], Case]]] = {
    "ragas": (ragas_rows.rows, ragas_rows.case_of_line),
    "promptfoo": (promptfoo.rows, promptfoo.case_of),
    "csv": (csv_table.rows, csv_table.case_of),
}
"""Shapes of one text: its rows by line, and the case of a row."""

READERS = (*TEXTS, *FOLDERS)
"""What can be imported, by name."""

ONE_FILE = ("jsonl", *TEXTS)
"""Shapes that `parse_text` reads."""

WRITERS = ("ragas", "promptfoo", "csv", "beir")
"""What can be exported."""


def read_suite(shape: str, path: Path) -> list[Case]:
    """The cases that a file or folder of that shape holds; raises `SuiteError` that names the lines."""
    if shape not in READERS:
        raise SuiteError(f"nothing reads {shape!r}", what_to_do=f"Shapes: {', '.join(READERS)}.")
    try:
        if shape in FOLDERS:
            return FOLDERS[shape](path)
        parsed = parse_text(shape, path.name, path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SuiteError(f"{path} cannot be read: {error.strerror}") from error
    except (KeyError, TypeError, ValueError) as error:
        told = f"{path.name} is not as {shape} writes it: {error}"
        raise SuiteError(told, what_to_do="docs/evaluation.md describes the shapes.") from error
    if parsed.problems:
        raise SuiteError("\n".join([f"{path.name}: nothing was imported", *map(str, parsed.problems)]))
    return [case for _, case in parsed.cases]


def parse_text(shape: str, name: str, text: str) -> Parsed:
    """Every case of a text in one of the shapes of `ONE_FILE`, and every problem at its line."""
    if shape == "jsonl":
        return parse_lines(name, text.removeprefix("\ufeff").split("\n"))
    if shape not in TEXTS:
        raise SuiteError(f"nothing reads {shape!r} here", what_to_do=f"Shapes: {', '.join(ONE_FILE)}.")
    rows, case_of = TEXTS[shape]
    cases: list[tuple[int, Case]] = []
    problems: list[Problem] = []
    try:
        for at, (line, row) in enumerate(rows(text), start=1):
            _take(line, at, row, case_of, cases, problems)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problems.append(Problem(line, f"it is no YAML: {error.problem}"))
    except yaml.YAMLError as error:  # a character that YAML does not allow
        problems.append(Problem(1, f"it is no YAML: {error}"))
    except RecursionError:
        problems.append(Problem(1, "it is nested too deeply"))
    except (ValueError, csv.Error) as error:
        problems.append(Problem(1, str(error)))
    return Parsed(name, tuple(cases), (*problems, *repeated(cases)))


def _take(
    line: int,
    at: int,
    row: Any,
    case_of: Callable[[int, Any], Case],
    cases: list[tuple[int, Case]],
    problems: list[Problem],
) -> None:
    try:
        cases.append((line, case_of(at, row)))
    except ValidationError as error:
        problems += [Problem(line, wording(each)) for each in error.errors()]
    except (KeyError, TypeError, ValueError) as error:
        problems.append(Problem(line, str(error)))
    except RecursionError:
        problems.append(Problem(line, "it is nested too deeply"))


def write_suite(shape: str, cases: Sequence[Case], path: Path, trials: Sequence[Trial] = ()) -> None:
    """Write cases in that shape; ragas' also holds what was answered, where trials are given."""
    if shape == "ragas":
        ragas_rows.write(cases, trials, path)
    elif shape == "promptfoo":
        promptfoo.write(cases, path)
    elif shape == "csv":
        csv_table.write(cases, path)
    elif shape == "beir":
        beir_layout.write(cases, path)
    else:
        raise SuiteError(f"nothing writes {shape!r}", what_to_do=f"Shapes: {', '.join(WRITERS)}.")
