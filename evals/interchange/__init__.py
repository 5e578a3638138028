"""Suites in the shapes of other tools: read into cases, written from cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.errors import SuiteError
from evals.interchange import beir_layout, csv_table, multidoc2dial, promptfoo, ragas_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from evals.suite import Case
    from evals.trial import Trial

    Reader = Callable[[Path], list[Case]]

READERS: dict[str, Reader] = {
    "ragas": ragas_rows.read,
    "promptfoo": promptfoo.read,
    "csv": csv_table.read,
    "multidoc2dial": multidoc2dial.read,
    "beir": beir_layout.read,
}
"""What can be imported, by name."""

WRITERS = ("ragas", "promptfoo", "csv", "beir")
"""What can be exported."""


def read_suite(shape: str, path: Path) -> list[Case]:
    """The cases that a file or folder of that shape holds; raises `SuiteError`."""
    if shape not in READERS:
        raise SuiteError(f"nothing reads {shape!r}", what_to_do=f"Shapes: {', '.join(READERS)}.")
    try:
        return READERS[shape](path)
    except OSError as error:
        raise SuiteError(f"{path} cannot be read: {error.strerror}") from error
    except (KeyError, TypeError, ValueError) as error:
        told = f"{path.name} is not as {shape} writes it: {error}"
        raise SuiteError(told, what_to_do="docs/evaluation.md describes the shapes.") from error


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
