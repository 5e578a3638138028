"""The tables of jobs."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, Text

from ingest import metadata
from web.columns import Instant

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("kind", String(60), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("by", String(100), nullable=False),
    Column("state", String(12), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant, nullable=True),
    Column("finished_at", Instant, nullable=True),
    Column("lease_owner", String(32), nullable=True),
    Column("lease_until", Instant, nullable=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("done", Integer, nullable=False, default=0),
    Column("failed", Integer, nullable=False, default=0),
    Column("skipped", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=True),
    Column("note", Text, nullable=False, default=""),
    Column("cancel_requested", Boolean, nullable=False, default=False),
    Column("result", JSON, nullable=True),
    Column("error", Text, nullable=True),
    Column("retry_of", String(24), nullable=True),
)

job_lines = Table(
    "job_lines",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("text", Text, nullable=False),
)
