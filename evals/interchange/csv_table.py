"""A table with a head: a column a field, values of a list apart by |, and tag:NAME columns for tags."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from evals.suite import Case

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_LISTS = ("history", "pages", "facts", "forbidden", "forbidden_pages")
_PLAIN = ("id", "question", "language", "outcome", "polarity", "group", "author", "date")
_TAG = "tag:"


def rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Every row with the line that it ends on. A byte order mark does no harm."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    for row in reader:
        yield reader.line_num, row


def write(cases: Sequence[Case], path: Path) -> None:
    """All fields, and every tag that any case has."""
    tags = sorted({tag for case in cases for tag in case.tags})
    columns = [*_PLAIN, *_LISTS, "answerable", *(_TAG + tag for tag in tags)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(_row(case) for case in cases)


def case_of(at: int, row: dict[str, str]) -> Case:
    """The case of a row; columns that are no field and no tag are refused."""
    fields: dict[str, Any] = {"id": f"row-{at}", "tags": {}}
    if None in row:
        raise ValueError("it has more cells than the head has columns")
    for column, value in row.items():
        if not (value or "").strip():
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
