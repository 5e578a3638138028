"""JSON Schema (2020-12) of a kind's values, made from the kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.programme.kinds import FieldType

if TYPE_CHECKING:
    from assistant.programme.kinds import Kind, KindField

LONGEST_TEXT = 300
LONGEST_LONG_TEXT = 10_000

_PLAIN: dict[FieldType, dict[str, Any]] = {
    FieldType.TEXT: {"type": "string", "maxLength": LONGEST_TEXT},
    FieldType.LONG_TEXT: {"type": "string", "maxLength": LONGEST_LONG_TEXT},
    FieldType.INTEGER: {"type": "integer"},
    FieldType.NUMBER: {"type": "number"},
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.DATETIME: {"type": "string", "format": "date-time"},
    FieldType.URL: {"type": "string", "format": "uri", "pattern": "^https?://"},
    FieldType.REFERENCE: {"type": "string", "pattern": "^[a-z0-9-]+$"},
}


def schema(kind: Kind, *, internal: bool = True) -> dict[str, Any]:
    """What `kind`'s values look like; without `internal` only what the public sees."""
    shown = [field for field in kind.fields if internal or not field.private]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind.singular,
        "description": kind.summary,
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in shown if field.required],
        "properties": {field.name: field_schema(field) for field in shown},
    }


def field_schema(field: KindField) -> dict[str, Any]:
    """What one field's value looks like."""
    about: dict[str, Any] = {"title": field.label}
    if field.help:
        about["description"] = field.help
    if field.computed:
        about["readOnly"] = True
    return about | _value(field)


def _value(field: KindField) -> dict[str, Any]:
    match field.type:
        case FieldType.CHOICE:
            return {"type": "string", "enum": list(field.choices)}
        case FieldType.CHOICES:
            items = {"type": "string", "enum": list(field.choices)}
            return {"type": "array", "items": items, "uniqueItems": True}
        case FieldType.TAGS:
            return {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 100}}
        case FieldType.REFERENCES:
            return {"type": "array", "items": _PLAIN[FieldType.REFERENCE], "uniqueItems": True}
        case FieldType.TABLE:
            return {"type": "array", "maxItems": 200, "items": _row(field)}
    limits = {"minimum": field.minimum, "maximum": field.maximum}
    least = {"minLength": 1} if field.required and _PLAIN[field.type]["type"] == "string" else {}
    return _PLAIN[field.type] | least | {name: value for name, value in limits.items() if value is not None}


def _row(field: KindField) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [column.name for column in field.columns if column.required],
        "properties": {column.name: field_schema(column) for column in field.columns},
    }
