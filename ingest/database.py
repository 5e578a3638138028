"""The tables of the index and the one way to open the database, SQLite or PostgreSQL."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    create_engine,
    event,
    false,
    inspect,
    make_url,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.schema import CreateColumn

from ingest.errors import StorageFailed
from ingest.transaction import OPTION, Beside, engines

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from sqlalchemy import URL, Connection, Dialect
    from sqlalchemy.ext.asyncio import AsyncConnection
    from sqlalchemy.sql.dml import Insert

metadata = MetaData()

FIRST_CHUNKER = "headings-128-v1"
"""By which passages were cut that do not say by which."""


class Moment(TypeDecorator[datetime]):
    """A point in time in UTC; SQLite forgets the zone, which is given back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None and value.tzinfo is not None else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


page_versions = Table(
    "page_versions",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("page_id", String(16), nullable=False, index=True),
    Column("attributes", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("fetched_at", Moment, nullable=False),
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
    Column("chunker", String(50), nullable=False, server_default=FIRST_CHUNKER),
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
    Column("created_at", Moment, nullable=False),
    Column("published_at", Moment, nullable=True),
    Column("calibration", JSON(none_as_null=True), nullable=True),
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
    Column("web", Boolean, nullable=False, server_default=false()),
    Column("page_version", String(64), nullable=True),
    Column("etag", Text, nullable=True),
    Column("last_modified", Text, nullable=True),
    Column("checked_at", Moment, nullable=False),
    Column("fetched_at", Moment, nullable=True),
    Column("modified_at", Moment, nullable=True),
    Column("changed_at", Moment, nullable=True),
    Column("next_check_at", Moment, nullable=True, index=True),
    Column("interval_hours", Float, nullable=True),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("problem", Text, nullable=True),
)
"""When each page was last looked at, by which source, and what its next conditional request needs.

`checked_at` is the last look, `fetched_at` the last one at which the source vouched for the text that is
stored, `modified_at` when the source says that it changed the page, `changed_at` when a look last found
another text, `problem` why the last look failed. `web` says whether the page is read at its own address,
`page_version` to which text the validators belong.
"""

waiting_checks = Table(
    "waiting_checks",
    metadata,
    Column("page_version", String(64), primary_key=True),
    Column("etag", Text, nullable=True),
    Column("last_modified", Text, nullable=True),
    Column("modified_at", Moment, nullable=True),
)
"""What conditional requests need of texts that wait in a candidate; it goes to `page_checks` with them."""

sources = Table(
    "sources",
    metadata,
    Column("name", String(500), primary_key=True),
    Column("read_at", Moment, nullable=False),
)
"""Web sources that were read, by the name with which they can be opened again, and when that was."""


PATIENCE = 3
"""Seconds after which a server that acknowledges nothing counts as gone; a slow query is none of that."""

NOTICES = {
    "connect_timeout": PATIENCE,
    "tcp_user_timeout": PATIENCE * 1_000,
    "keepalives_idle": PATIENCE,
    "keepalives_interval": 1,
    "keepalives_count": PATIENCE,
}
"""Settings of libpq's connections (PostgreSQL's manual, “Database Connection Control Functions”)."""


def open_engine(url: str) -> AsyncEngine:
    """An engine on `url`; SQLite in write-ahead mode, so that readers never wait for the writer.

    A connection that a restarted server has dropped is noticed before it is used; a server that is gone
    without a word, as when its machine is, within `PATIENCE` seconds.
    """
    if url.startswith("sqlite"):
        return _open_sqlite(make_url(with_driver(url)))
    return create_async_engine(
        with_driver(url), pool_pre_ping=True, pool_timeout=PATIENCE, connect_args=NOTICES
    )


def _open_sqlite(url: URL) -> AsyncEngine:
    """With ordinary engines beside it: two in memory would be two databases, so it is one of a file."""
    ordinary = url.set(drivername="sqlite+pysqlite")
    beside = Beside(at_once=create_engine(ordinary), patient=create_engine(ordinary))
    engine = create_async_engine(url, execution_options={OPTION: beside})
    for each in engines(engine):
        event.listen(each, "connect", _prepare_sqlite)
    event.listen(beside.at_once, "connect", _wait_for_nothing)
    for each in (beside.at_once, beside.patient):
        event.listen(engine.sync_engine, "engine_disposed", lambda _, each=each: each.dispose())
    return engine


def with_driver(url: str) -> str:
    """An address as operators write it, with the driver that the service uses."""
    scheme, separator, rest = url.partition("://")
    driver = {
        "postgresql": "postgresql+psycopg",
        "postgres": "postgresql+psycopg",
        "sqlite": "sqlite+aiosqlite",
    }
    return f"{driver.get(scheme, scheme)}{separator}{rest}"


async def create_tables(engine: AsyncEngine) -> None:
    """Create what is missing: tables, and columns that a newer release has added."""
    async with begin(engine) as connection:
        await connection.run_sync(complete)


def complete(connection: Connection) -> None:
    """Create what is missing, in the caller's transaction."""
    metadata.create_all(connection)
    _add_columns(connection)


@asynccontextmanager
async def begin(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction; raises `StorageFailed` for what the database cannot do, and nothing has changed."""
    with storage_errors():
        async with engine.begin() as connection:
            yield connection


@asynccontextmanager
async def connect(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection for reading; raises `StorageFailed`."""
    with storage_errors():
        async with engine.connect() as connection:
            yield connection


@contextmanager
def storage_errors() -> Iterator[None]:
    """What a database says of a failure leaves as `StorageFailed`; so does having waited for it in vain."""
    try:
        yield
    except DBAPIError as error:
        raise StorageFailed.of(error.orig or error) from error
    except NoConnection as error:
        raise StorageFailed.of(error) from error


def _add_columns(connection: Connection) -> None:
    inspector, dialect = inspect(connection), connection.dialect
    for table in metadata.sorted_tables:
        present = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in present:
                added = CreateColumn(column).compile(dialect=dialect)
                name = dialect.identifier_preparer.format_table(table)
                connection.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {added}")


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


def adding(engine: AsyncEngine, table: Table, column: str, latest: Sequence[str] = ()) -> Insert:
    """An insert into `table` that adds to `column` of the rows whose key is there already.

    Columns named in `latest` are overwritten, the others stay.
    """
    statement = _dialect(engine).insert(table)
    keys = [each.name for each in table.primary_key]
    more = {
        column: table.c[column] + statement.excluded[column],
        **{name: statement.excluded[name] for name in latest},
    }
    counting: Insert = statement.on_conflict_do_update(index_elements=keys, set_=more)
    return counting


def _dialect(engine: AsyncEngine) -> Any:
    if engine.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite
    from sqlalchemy.dialects import postgresql

    return postgresql


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _wait_for_nothing(connection: Any, _record: object) -> None:
    """Neither for who writes, nor for the disk: what was written is moved into the file by the others."""
    cursor = connection.cursor()
    for pragma in ("busy_timeout=0", "wal_autocheckpoint=0"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
