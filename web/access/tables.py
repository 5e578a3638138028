"""The tables of access. Secrets are stored as hashes; `audit` only ever grows."""

from __future__ import annotations

from sqlalchemy import DDL, JSON, Column, Integer, String, Table, Text, event

from ingest import metadata
from web.columns import Instant

access_keys = Table(
    "access_keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("secret_hash", String(64), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=True),
    Column("revoked_at", Instant, nullable=True),
    Column("last_used_at", Instant, nullable=True),
    Column("requests_per_minute", Integer, nullable=True),
)

access_sessions = Table(
    "access_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("key_id", String(16), nullable=True, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

access_handshakes = Table(
    "access_handshakes",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("state", JSON, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
"""What is kept of a sign-in with an identity provider between leaving for it and coming back."""

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("by", String(100), nullable=False),
    Column("action", String(60), nullable=False, index=True),
    Column("subject", Text, nullable=False),
    Column("before", JSON, nullable=True),
    Column("after", JSON, nullable=True),
    Column("previous", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False, unique=True),
)
"""Each entry names the hash of the one before: `previous` is unique, so the chain cannot fork."""

_SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS audit_never_{name} BEFORE {verb} ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
    "CREATE OR REPLACE TRIGGER audit_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
)


def _guard(statement: str, dialect: str) -> None:
    ddl = DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    event.listen(audit, "after_create", ddl.execute_if(dialect=dialect))


for verb in ("UPDATE", "DELETE"):
    _guard(_SQLITE.format(name=verb.lower(), verb=verb), "sqlite")
for text in _POSTGRESQL:
    _guard(text, "postgresql")
