"""Bring a database to what this release needs, once, whichever replica starts first.

An empty database gets today's tables at once, as a test compares them with the sum of all migrations. One
that is older goes through every migration since. One of before there were migrations gets what is missing.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from ingest import metadata
from ingest.database import begin, complete
from web.errors import WebError

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncEngine

VERSIONS = files("web.migrations") / "versions"
LOCK = 7_214_118_203
"""Key of PostgreSQL's advisory lock; any number that nothing else on the server uses."""


class NewerDatabase(WebError):
    """The database was changed by a newer release."""

    what_to_do = "Run that release, or restore the backup that was made before it."


async def migrate(engine: AsyncEngine) -> None:
    """Raises `StorageFailed`, and `NewerDatabase` where this release is too old for the database."""
    async with begin(engine) as connection:
        await connection.run_sync(bring_up)


def head() -> str:
    """The number of the latest migration, such as "0001"; "" where there is none."""
    names = (each.name for each in VERSIONS.iterdir())
    return max((name[1:5] for name in names if name.startswith("v") and name.endswith(".py")), default="")


def bring_up(connection: Connection) -> None:
    """All in the caller's transaction, so that a crash leaves the database as it was."""
    _lock(connection)
    present, newest = stored(connection), head()
    if present and present == newest:
        return
    if present > newest:
        raise NewerDatabase(f"the database is at {present}, and this release knows {newest or 'none'}")
    if present:
        upgrade(connection, newest)
        return
    complete(connection)
    _stamp(connection, newest)


def stored(connection: Connection) -> str:
    """The migration that the database is at; "" where nobody has noted any."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def upgrade(connection: Connection, target: str) -> None:
    """Run the migrations up to `target`."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection, "metadata": metadata})
    config.set_main_option("script_location", "web:migrations")
    command.upgrade(config, target)


def _lock(connection: Connection) -> None:
    """One process at a time; the others then find it done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _stamp(connection: Connection, number: str) -> None:
    if not number:
        return
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:number)"), {"number": number})
