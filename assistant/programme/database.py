"""The programme's tables. Rows of `programme_changes` are only ever added."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from ingest import metadata

records = Table(
    "programme_records",
    metadata,
    Column("kind", String(50), primary_key=True),
    Column("slug", String(100), primary_key=True),
    Column("title", Text, nullable=False),
    Column("state", String(30), nullable=False),
    Column("version", Integer, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("search", Text, nullable=False),
    Column("provenance", String(20), nullable=False),
    Column("source", Text, nullable=True),
    Column("read", String(10), nullable=True),
    Column("official", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("changed_by", String(100), nullable=False),
    Index("ix_programme_records_state", "kind", "state"),
)

changes = Table(
    "programme_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(50), nullable=False),
    Column("slug", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("action", String(30), nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("reason", Text, nullable=False),
    Column("before", JSON(none_as_null=True), nullable=True),
    Column("after", JSON(none_as_null=True), nullable=True),
    Index("ix_programme_changes_record", "kind", "slug"),
    sqlite_autoincrement=True,
)

links = Table(
    "programme_links",
    metadata,
    Column("kind", String(50), primary_key=True),
    Column("slug", String(100), primary_key=True),
    Column("relation", String(50), primary_key=True),
    Column("to_kind", String(50), primary_key=True),
    Column("to_slug", String(100), primary_key=True),
    ForeignKeyConstraint(["kind", "slug"], ["programme_records.kind", "programme_records.slug"]),
    ForeignKeyConstraint(["to_kind", "to_slug"], ["programme_records.kind", "programme_records.slug"]),
    Index("ix_programme_links_to", "to_kind", "to_slug"),
)

usage = Table(
    "programme_usage",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("count", Integer, nullable=False),
)
"""The assistant's own telemetry: counts by day, nothing of any question."""
