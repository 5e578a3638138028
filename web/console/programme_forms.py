"""Forms of records drawn from their kind, and what was typed into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.programme import FieldType, Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import FormData

    from assistant.programme import Actor, Kind, KindField, Register

LINE = " | "
MOST_OPTIONS = 200


@dataclass(frozen=True, slots=True)
class FormField:
    """One field as the form shows it: `widget` names the macro, `value` what stands in it."""

    name: str
    label: str
    widget: str
    value: Any
    hint: str = ""
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    error: str = ""


async def form_fields(
    kind: Kind,
    register: Register,
    by: Actor,
    values: Mapping[str, Any],
    wrong: Mapping[str, str] | None = None,
) -> list[FormField]:
    """The kind's fields with `values` in them; what a behaviour works out is left out."""
    return [
        FormField(
            name=field.name,
            label=field.label + (" (not public)" if field.private and kind.public else ""),
            widget=_widget(field),
            value=_written(field, values.get(field.name), register),
            hint=_hint(field),
            required=field.required,
            options=await _options(field, register, by),
            error=(wrong or {}).get(field.name, ""),
        )
        for field in kind.fields
        if not field.computed
    ]


def typed(kind: Kind, form: FormData) -> dict[str, Any]:
    """What was typed, as the register takes it; an emptied field is None, which takes the value away."""
    values: dict[str, Any] = {}
    for field in kind.fields:
        if field.computed:
            continue
        if field.type is FieldType.CHOICES:
            values[field.name] = [str(each) for each in form.getlist(field.name)] or None
            continue
        text = str(form.get(field.name) or "").strip()
        values[field.name] = _rows(field, text) if field.type is FieldType.TABLE and text else text or None
    return values


def _widget(field: KindField) -> str:
    if field.type in {FieldType.LONG_TEXT, FieldType.TABLE}:
        return "area"
    if field.type is FieldType.CHOICES:
        return "checks"
    if field.type in {FieldType.CHOICE, FieldType.BOOLEAN, FieldType.REFERENCE}:
        return "choice"
    return "date" if field.type is FieldType.DATE else "text"


def _hint(field: KindField) -> str:
    if field.type is FieldType.TABLE:
        return f"{field.help} One a line: {LINE.join(column.label for column in field.columns)}".strip()
    shapes = {
        FieldType.TAGS: "Apart by semicolons.",
        FieldType.REFERENCES: "Short names of records, apart by semicolons.",
        FieldType.DATETIME: "A date, or a time such as 2027-03-31T09:00+13:00.",
    }
    return f"{field.help} {shapes.get(field.type, '')}".strip()


def _written(field: KindField, value: Any, register: Register) -> Any:
    if field.type is FieldType.TABLE:
        rows = value if isinstance(value, list) else [] if value is None else None
        if rows is None:
            return str(value)
        return "\n".join(_line(field, row) for row in rows or _prefill(field, register))
    if field.type is FieldType.CHOICES:
        return value or []
    if isinstance(value, list):
        return "; ".join(str(each) for each in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def _prefill(field: KindField, register: Register) -> list[dict[str, str]]:
    """The rows of a new checklist, so that nothing is forgotten."""
    if field.prefill == "controls":
        return [{"id": control.id} for control in register.catalogue.controls]
    if field.prefill == "principles":
        return [{"principle": name} for name in register.catalogue.principles]
    return []


def _line(field: KindField, row: Mapping[str, Any]) -> str:
    return LINE.join(str(row.get(column.name, "")) for column in field.columns).rstrip(" |") or ""


def _rows(field: KindField, text: str) -> list[dict[str, str]]:
    """Lines of cells; a line of a checklist that says nothing beyond its first cell is left out."""
    rows = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        row = {column.name: cell for column, cell in zip(field.columns, cells, strict=False) if cell}
        if row and not (field.prefill and len(row) == 1):
            rows.append(row)
    return rows


async def _options(field: KindField, register: Register, by: Actor) -> tuple[tuple[str, str], ...]:
    if field.type in {FieldType.CHOICE, FieldType.CHOICES}:
        return tuple(field.choices.items())
    if field.type is FieldType.BOOLEAN:
        return (("true", "Yes"), ("false", "No"))
    if field.type is FieldType.REFERENCE and field.of is not None:
        found = await register.find(field.of, Query(limit=MOST_OPTIONS), by=by)
        return tuple((record.slug, record.title) for record in found.records)
    return ()
