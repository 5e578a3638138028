"""Lists of records: filters, order and pages as the API takes them, made into SQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, cast, func, select

from assistant.programme.database import links, records
from assistant.programme.errors import BadQuery
from assistant.programme.kinds import FieldType
from assistant.programme.records import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Select

    from assistant.programme.kinds import Kind, KindField

MOST = 200
FROM, TO = ".from", ".to"
OF_RECORD = {"state", "provenance"}


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a kind: `filters` maps field, field.from or field.to to a text."""

    filters: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    order: str = ""
    offset: int = 0
    limit: int = 50
    linked_to: tuple[str, str] | None = None
    deleted: bool = False
    """Removed records instead of those that are there; for the office."""


def listing(kind: Kind, query: Query, *, internal: bool) -> tuple[Select[Any], Select[Any]]:
    """The statement for one page of records, and the one that counts them all; raises `BadQuery`."""
    if not 0 <= query.offset <= 1_000_000 or not 1 <= query.limit <= MOST:
        raise BadQuery(f"a page has from 1 to {MOST} records", what_to_do="Correct limit and offset.")
    where = and_(*_conditions(kind, query, internal=internal))
    page = select(records).where(where).order_by(*_order(kind, query.order, internal=internal))
    return page.offset(query.offset).limit(query.limit), select(func.count()).select_from(records).where(
        where
    )


def _conditions(kind: Kind, query: Query, *, internal: bool) -> list[ColumnElement[bool]]:
    found = [records.c.kind == kind.name, records.c.deleted == (query.deleted and internal)]
    if not internal:
        shown = [state.name for state in kind.states if state.public] if kind.public else []
        found.append(records.c.state.in_(shown))
    for word in folded(query.text).split():
        found.append(records.c.search.contains(word, autoescape=True))
    if query.linked_to is not None:
        to = and_(links.c.to_kind == query.linked_to[0], links.c.to_slug == query.linked_to[1])
        slugs = select(links.c.slug).where(links.c.kind == kind.name, to)
        found.append(records.c.slug.in_(slugs))
    return found + [_condition(kind, name, value, internal=internal) for name, value in query.filters.items()]


def _condition(kind: Kind, name: str, value: str, *, internal: bool) -> ColumnElement[bool]:
    if name in OF_RECORD:
        wanted: ColumnElement[bool] = records.c[name].in_(value.split(","))
        return wanted
    bare = name.removesuffix(FROM).removesuffix(TO)
    known = kind.field(bare)
    if known is None or (known.private and not internal) or known.type is FieldType.TABLE:
        raise BadQuery(f"{kind.title} cannot be filtered by {bare[:60]!r}")
    if known.many:  # a list is stored as JSON: its items stand in it between quotes
        inside: ColumnElement[bool] = cast(records.c.fields[bare], String).contains(
            f'"{value}"', autoescape=True
        )
        return inside
    column, given = _comparable(known, value)
    if name.endswith(FROM):
        compared: ColumnElement[bool] = column >= given
    else:
        compared = column <= given if name.endswith(TO) else column == given
    return compared


def _comparable(known: KindField, value: str) -> tuple[Any, Any]:
    element = records.c.fields[known.name]
    try:
        if known.numeric:
            return element.as_float(), float(value)
        if known.type is FieldType.BOOLEAN:
            return element.as_boolean(), {"true": True, "false": False}[value.casefold()]
    except (ValueError, KeyError) as error:
        raise BadQuery(f"{known.name} cannot be compared with {value[:60]!r}") from error
    return element.as_string(), value


def _order(kind: Kind, asked: str, *, internal: bool) -> list[ColumnElement[Any]]:
    columns = []
    for part in (asked or kind.order).split(","):
        name = part.lstrip("-")
        known = kind.field(name)
        if name in {"title", "state", "changed_at", "created_at"}:
            column: Any = records.c[name]
        elif known is None or known.many or (known.private and not internal):
            raise BadQuery(f"{kind.title} cannot be sorted by {name[:60]!r}")
        else:
            element = records.c.fields[name]
            column = element.as_float() if known.numeric else element.as_string()
        columns.append(column.desc() if part.startswith("-") else column.asc())
    return [*columns, records.c.slug.asc()]
