"""Values as people read them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from assistant.programme.kinds import FieldType
from assistant.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.programme.kinds import Kind, KindField
    from assistant.programme.records import Record

NEW_ZEALAND = ZoneInfo("Pacific/Auckland")


def shown(field: KindField, value: Any, titles: Mapping[tuple[str, str], str] | None = None) -> str:
    """A value in words; a reference by the title that `titles` knows."""
    if isinstance(value, list):
        return ", ".join(_one(field, each, titles or {}) for each in value)
    return _one(field, value, titles or {})


def day(given: date) -> str:
    """A date in words, such as 23 November 2026."""
    return f"{given.day} {words('en').interface['months'].split()[given.month - 1]} {given.year}"


def moment(given: datetime) -> str:
    """A date and time in New Zealand, such as 14 August 2025 at 9:00 am."""
    local = given.astimezone(NEW_ZEALAND)
    hour = local.hour % 12 or 12
    return f"{day(local.date())} at {hour}:{local.minute:02} {'am' if local.hour < 12 else 'pm'}"


def is_timed(value: str) -> bool:
    """Whether a stored moment has a time of day; else it is a whole day in New Zealand."""
    return "T" in value


def instant(value: str, *, last: bool = False) -> datetime:
    """A stored moment; of a whole day its beginning or, with `last`, its end."""
    if is_timed(value):
        return datetime.fromisoformat(value)
    return datetime.combine(date.fromisoformat(value), time.max if last else time.min, NEW_ZEALAND)


def date_in_words(value: str) -> str:
    """A stored date or moment as people read it."""
    return moment(instant(value)) if is_timed(value) else day(date.fromisoformat(value))


def filled(template: str, kind: Kind, record: Record, value: str = "") -> str:
    """A sentence of the catalogue with the record's values in it."""
    text = template.replace("{value}", value).replace("{title}", record.title)
    for field in kind.fields:
        if "{" + field.name + "}" in text and field.name in record.values and not field.private:
            text = text.replace("{" + field.name + "}", shown(field, record.values[field.name]))
    return text


def _one(field: KindField, value: Any, titles: Mapping[tuple[str, str], str]) -> str:
    match field.type:
        case FieldType.CHOICE | FieldType.CHOICES:
            return field.choices.get(value, str(value))
        case FieldType.BOOLEAN:
            return "yes" if value else "no"
        case FieldType.DATE | FieldType.DATETIME:
            return date_in_words(value)
        case FieldType.INTEGER | FieldType.NUMBER:
            return f"{value:g}" if abs(value) < 1e6 else f"{value:,.0f}"
        case FieldType.REFERENCE | FieldType.REFERENCES:
            return titles.get((field.of or "", value), value)
    return str(value)
