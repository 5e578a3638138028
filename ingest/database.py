"""The tables of the index and the one way to open the database, SQLite or PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

if TYPE_CHECKING:
    from sqlalchemy.sql.dml import Insert

metadata = MetaData()

page_versions = Table(
    "page_versions",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("page_id", String(16), nullable=False, index=True),
    Column("attributes", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("fetched_at", DateTime(timezone=True), nullable=False),
)

passages = Table(
    "passages",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("page_version", ForeignKey("page_versions.version"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("heading_path", JSON, nullable=False),
    Index("ix_passages_page_version", "page_version"),
)

index_versions = Table(
    "index_versions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("parent", ForeignKey("index_versions.id"), nullable=True),
    Column("state", String(16), nullable=False),
    Column("embedder", String(100), nullable=False),
    Column("chunker", String(50), nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("counts", JSON, nullable=False, default=dict),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=True),
    sqlite_autoincrement=True,
)

version_changes = Table(
    "version_changes",
    metadata,
    Column("index_version", ForeignKey("index_versions.id"), primary_key=True),
    Column("page_id", String(16), primary_key=True),
    Column("page_version", ForeignKey("page_versions.version"), nullable=True),
)
"""What a version changes against its parent; no page version means that the page is removed."""

pointers = Table(
    "pointers",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("index_version", ForeignKey("index_versions.id"), nullable=False),
)

page_checks = Table(
    "page_checks",
    metadata,
    Column("page_id", String(16), primary_key=True),
    Column("url", Text, nullable=False),
    Column("source", Text, nullable=False, index=True),
    Column("etag", Text, nullable=True),
    Column("last_modified", Text, nullable=True),
    Column("checked_at", DateTime(timezone=True), nullable=False),
)
"""When each page was last looked at, by which source, and what its next conditional request needs."""


def open_engine(url: str) -> AsyncEngine:
    """An engine on `url`; SQLite in write-ahead mode, so that readers never wait for the writer."""
    engine = create_async_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return engine


async def create_tables(engine: AsyncEngine) -> None:
    """Create what is missing."""
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)


def insert_missing(engine: AsyncEngine, table: Table) -> Insert:
    """An insert into `table` that leaves rows alone whose key is there already."""
    statement: Insert = _dialect(engine).insert(table).on_conflict_do_nothing()
    return statement


def upsert(engine: AsyncEngine, table: Table) -> Insert:
    """An insert into `table` that overwrites the rows whose key is there already."""
    statement = _dialect(engine).insert(table)
    keys = [column.name for column in table.primary_key]
    rest = {
        column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys
    }
    overwriting: Insert = statement.on_conflict_do_update(index_elements=keys, set_=rest)
    return overwriting


def _dialect(engine: AsyncEngine) -> Any:
    return sqlite if engine.dialect.name == "sqlite" else postgresql


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
