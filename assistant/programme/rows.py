"""Records as rows of the database, and back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from assistant.programme.records import Origin, Provenance, Record, folded

if TYPE_CHECKING:
    from assistant.programme.kinds import Kind


def row_of(record: Record, kind: Kind) -> dict[str, Any]:
    """The row of `programme_records`; only what the public sees is searched."""
    shown = kind.shown(record.values, internal=False)
    return {
        "kind": record.kind, "slug": record.slug, "title": record.title, "state": record.state,
        "version": record.version, "fields": record.values, "deleted": record.deleted,
        "search": folded(f"{record.title}\n{flat(list(shown.values()))}"),
        "provenance": record.origin.provenance, "source": record.origin.source,
        "read": record.origin.read and record.origin.read.isoformat(), "official": record.origin.official,
        "created_at": record.created_at, "changed_at": record.changed_at, "changed_by": record.changed_by,
    }  # fmt: skip


def record_of(row: Any) -> Record:
    """The record that a row of `programme_records` holds."""
    read = date.fromisoformat(row.read) if row.read else None
    origin = Origin(Provenance(row.provenance), row.source, read, row.official)
    return Record(
        row.kind, row.slug, row.title, row.state, row.version, row.fields, origin,
        aware(row.created_at), aware(row.changed_at), row.changed_by, row.deleted,
    )  # fmt: skip


def aware(stored: datetime) -> datetime:
    """A stored time with its zone, which SQLite does not keep: all are UTC."""
    return stored if stored.tzinfo else stored.replace(tzinfo=UTC)


def told(record: Record | None) -> dict[str, Any] | None:
    """What a change keeps of a record."""
    if record is None:
        return None
    return {"state": record.state, "values": record.values, "deleted": record.deleted}


def flat(value: Any) -> str:
    """All texts in a value, apart by lines."""
    if isinstance(value, dict):
        return "\n".join(flat(each) for each in value.values())
    if isinstance(value, list | tuple):
        return "\n".join(flat(each) for each in value)
    return value if isinstance(value, str) else ""
