"""Whether values fit their kind; every wrong field is named, with what to do."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.programme.kinds import FieldType
from assistant.programme.schema import LONGEST_LONG_TEXT, LONGEST_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assistant.programme.kinds import Kind, KindField

LONGEST_LIST = 200
LENGTH_OF_DATE = 10


class _Wrong(Exception):
    """What is wrong with one value."""


def checked(
    kind: Kind, values: Mapping[str, Any], *, by_behaviour: bool = False
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values in their stored form, and what is wrong by field name."""
    kept: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name in values:
        if kind.field(name) is None:
            wrong[name] = f"{kind.singular} has no such field"
    for field in kind.fields:
        value = values.get(field.name)
        if _empty(value):
            if field.required:
                wrong[field.name] = f"{field.label} is missing"
            continue
        if field.computed and not by_behaviour:
            wrong[field.name] = f"{field.label} is worked out, not written"
            continue
        try:
            kept[field.name] = _value(field, value)
        except _Wrong as error:
            wrong[field.name] = str(error)
    return kept, wrong


def _empty(value: object) -> bool:
    return value is None or value == "" or value == []


def _value(field: KindField, value: Any) -> Any:
    if field.many:
        return _list(field, value)
    found = _SCALARS[field.type](field, value)
    if field.numeric:
        _within(field, found)
    return found


def _list(field: KindField, value: Any) -> list[Any]:
    items = [each.strip() for each in value.split(";")] if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or len(items) > LONGEST_LIST:
        raise _Wrong(f"give a list of at most {LONGEST_LIST}")
    if field.type is FieldType.TABLE:
        return [_row(field, item, number) for number, item in enumerate(items, start=1)]
    one = {FieldType.CHOICES: _choice, FieldType.REFERENCES: _slug}.get(field.type, _text)
    return list(dict.fromkeys(one(field, item) for item in items if not _empty(item)))


def _row(field: KindField, item: Any, number: int) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise _Wrong(f"row {number} is not an object")
    names = {column.name for column in field.columns}
    if unknown := set(item) - names:
        raise _Wrong(f"row {number} has no column {sorted(unknown)[0]}")
    row = {}
    for column in field.columns:
        given = item.get(column.name)
        if _empty(given):
            if column.required:
                raise _Wrong(f"row {number}: {column.label} is missing")
            continue
        try:
            row[column.name] = _value(column, given)
        except _Wrong as error:
            raise _Wrong(f"row {number}, {column.label}: {error}") from error
    return row


def _text(field: KindField, value: Any) -> str:
    longest = LONGEST_LONG_TEXT if field.type is FieldType.LONG_TEXT else LONGEST_TEXT
    if not isinstance(value, str) or len(value) > longest:
        raise _Wrong(f"give a text of at most {longest} characters")
    if any(ord(each) < 32 and each not in "\n\t\r" for each in value):
        raise _Wrong("the text holds control characters")
    return value.strip().replace("\r\n", "\n")


def _choice(field: KindField, value: Any) -> str:
    if value in field.choices:
        return str(value)
    by_label = {label.casefold(): name for name, label in field.choices.items()}
    if isinstance(value, str) and value.casefold() in by_label:
        return by_label[value.casefold()]
    raise _Wrong("give one of: " + ", ".join(field.choices))


def _number(_field: KindField, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _Wrong("give a number")
    try:
        found = float(value)
    except ValueError as error:
        raise _Wrong("give a number, such as 12.5") from error
    if found != found or found in (float("inf"), float("-inf")):
        raise _Wrong("give a number, such as 12.5")
    return found


def _integer(field: KindField, value: Any) -> int:
    found = _number(field, value)
    if found != int(found):
        raise _Wrong("give a whole number")
    return int(found)


def _boolean(_field: KindField, value: Any) -> bool:
    known = {"true": True, "yes": True, "1": True, "on": True, "false": False, "no": False, "0": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.casefold() in known:
        return known[value.casefold()]
    raise _Wrong("give yes or no")


def _date(_field: KindField, value: Any) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise _Wrong("give a date such as 2027-03-31") from error


def _datetime(_field: KindField, value: Any) -> str:
    if isinstance(value, str) and len(value) == LENGTH_OF_DATE:
        return _date(_field, value)  # a whole day, in New Zealand
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise _Wrong("give a date, or a time such as 2027-03-31T09:00+13:00") from error
    if found.tzinfo is None:
        raise _Wrong("give the time with its offset, such as 2027-03-31T09:00+13:00")
    return found.isoformat()


def _url(_field: KindField, value: Any) -> str:
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname or len(value) > 2000:
        raise _Wrong("give a whole web address that begins with https://")
    return str(value)


def _slug(_field: KindField, value: Any) -> str:
    if not isinstance(value, str) or not value.replace("-", "").isalnum() or len(value) > 100:
        raise _Wrong("give the short name of a record, as its address shows it")
    return value


def _within(field: KindField, value: float) -> None:
    if field.minimum is not None and value < field.minimum:
        raise _Wrong(f"give at least {field.minimum:g}")
    if field.maximum is not None and value > field.maximum:
        raise _Wrong(f"give at most {field.maximum:g}")


_SCALARS: Mapping[FieldType, Callable[[KindField, Any], Any]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.CHOICE: _choice,
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.URL: _url,
    FieldType.REFERENCE: _slug,
}
