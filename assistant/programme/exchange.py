"""Records in and out as CSV and JSON; an import can be tried dry, and names every row that is wrong."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.programme.errors import InvalidRecord, ProgrammeError
from assistant.programme.kinds import FieldType
from assistant.programme.records import slug_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.programme.kinds import Kind
    from assistant.programme.records import Actor, Origin, Record
    from assistant.programme.register import Register

MOST_ROWS = 5_000
_OF_RECORD = ("slug", "state")


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do; `wrong` maps each row, counted from 1, to its bad fields."""

    dry_run: bool
    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    wrong: dict[int, dict[str, str]] = field(default_factory=dict)


class UnreadableImport(ProgrammeError):
    """A file that cannot be read at all."""

    what_to_do = "Send a CSV file with a header row, or a JSON list of objects, in UTF-8."


def read_rows(body: bytes, kind: Kind) -> list[dict[str, Any]]:
    """The rows of a CSV or JSON file; raises `UnreadableImport`."""
    try:
        text = body.decode("utf-8-sig")
        rows = json.loads(text) if text.lstrip().startswith(("[", "{")) else _csv_rows(text, kind)
    except (UnicodeDecodeError, ValueError, csv.Error) as error:
        raise UnreadableImport(f"the file cannot be read: {error}") from error
    except RecursionError as error:
        raise UnreadableImport("the file is nested too deeply") from error
    rows = rows.get("records") if isinstance(rows, dict) else rows
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnreadableImport("the file holds no list of records")
    if len(rows) > MOST_ROWS:
        raise UnreadableImport(f"the file has {len(rows)} rows, more than {MOST_ROWS}")
    return rows


async def import_rows(
    rows: Sequence[dict[str, Any]],
    kind: Kind,
    register: Register,
    *,
    by: Actor,
    dry_run: bool,
    origin: Origin | None = None,
) -> ImportReport:
    """Create what is new and change what has a known slug; nothing is stored while any row is wrong."""
    report = ImportReport(dry_run)
    planned = []
    for number, row in enumerate(rows, start=1):
        given = dict(row)
        slug = given.pop("slug", None) or slug_of(str(given.get(kind.title_field, "")))
        for known in kind.fields:
            if known.computed:  # an export names it; only behaviours write it
                given.pop(known.name, None)
        given.pop("state", None)
        try:
            values = await register.admit(kind, given)
        except InvalidRecord as error:
            report.wrong[number] = error.problems
            continue
        planned.append((str(slug), values))
    repeated = {slug for slug, _ in planned if [each for each, _ in planned].count(slug) > 1}
    if report.wrong and not dry_run:
        return report
    for slug, values in planned:
        await _settle(slug, values, kind, register, by, report, origin, repeated)
    return report


async def _settle(
    slug: str,
    values: dict[str, Any],
    kind: Kind,
    register: Register,
    by: Actor,
    report: ImportReport,
    origin: Origin | None,
    repeated: set[str],
) -> None:
    there = None if slug in repeated else await register.seen(kind.name, slug)
    if there is None:
        if not report.dry_run:
            slug = (await register.create(kind.name, values, by=by, origin=origin, slug=slug)).slug
        report.created.append(slug)
    elif all(there.values.get(name) == value for name, value in values.items()):
        report.unchanged.append(slug)
    else:
        if not report.dry_run:
            await register.change(there, values, by=by, version=there.version, reason="import")
        report.changed.append(slug)


def export_csv(records: Sequence[Record], kind: Kind, *, internal: bool) -> str:
    """One row a record; lists apart by semicolons, tables as JSON. Opens safely in a spreadsheet."""
    fields = [f for f in kind.fields if internal or not f.private]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*_OF_RECORD, *(f.name for f in fields)])
    for record in records:
        values = [_cell(record.values.get(f.name)) for f in fields]
        writer.writerow([record.slug, record.state, *values])
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        tabular = any(isinstance(each, dict) for each in value)
        return json.dumps(value, ensure_ascii=False) if tabular else "; ".join(map(str, value))
    text = str(value)
    formula = text[:1] in "=+@\t\r" or (text[:1] == "-" and not isinstance(value, int | float))
    return f"'{text}" if formula else text  # a spreadsheet would run it


def _csv_rows(text: str, kind: Kind) -> list[dict[str, Any]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="too many cells", strict=True)
    rows = []
    for row in reader:
        filled = {name: value for name, value in row.items() if name and value not in ("", None)}
        if set(filled) & set(_OF_RECORD) == set(filled):
            continue
        rows.append({name: _from_cell(kind, name, value) for name, value in filled.items()})
    return rows


def _from_cell(kind: Kind, name: str, value: Any) -> Any:
    known = kind.field(name)
    if known is not None and known.type is FieldType.TABLE and isinstance(value, str):
        return json.loads(value)
    if isinstance(value, str) and value[:1] == "'" and value[1:2] in "=+@-":
        return value[1:]
    return value
