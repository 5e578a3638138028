"""A table with a head: a column a field, values of a list apart by |, and tag:NAME columns for tags."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from evals.suite import Case

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_LISTS = ("history", "pages", "facts", "forbidden", "forbidden_pages")
_PLAIN = ("id", "question", "language", "outcome", "polarity", "group", "author", "date")
_TAG = "tag:"


def read(path: Path) -> list[Case]:
    """Every row; columns that are no field and no tag are refused. A byte order mark does no harm."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [_case(at, row) for at, row in enumerate(rows, start=1)]


def write(cases: Sequence[Case], path: Path) -> None:
    """All fields, and every tag that any case has."""
    tags = sorted({tag for case in cases for tag in case.tags})
    columns = [*_PLAIN, *_LISTS, "answerable", *(_TAG + tag for tag in tags)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(_row(case) for case in cases)


def _case(at: int, row: dict[str, str]) -> Case:
    fields: dict[str, Any] = {"id": f"row-{at}", "tags": {}}
    for column, value in row.items():
        if column is None or not (value or "").strip():
            continue
        if column.startswith(_TAG):
            fields["tags"][column.removeprefix(_TAG)] = value.strip()
        elif column in _LISTS:
            fields[column] = [part.strip() for part in value.split("|") if part.strip()]
        elif column == "answerable":
            fields[column] = value.strip().lower() in {"true", "yes", "1"}
        else:
            fields[column] = value.strip()
    return Case.model_validate(fields)


def _row(case: Case) -> dict[str, str]:
    row = {name: str(getattr(case, name) or "") for name in _PLAIN}
    row |= {name: " | ".join(getattr(case, name)) for name in _LISTS}
    row["answerable"] = "true" if case.answerable else "false"
    return row | {_TAG + tag: value for tag, value in case.tags.items()}
