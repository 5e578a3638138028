"""A database is brought to what the release needs, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import web.main  # noqa: F401 every room's tables
from ingest import create_tables, metadata, open_engine
from web.migrations.migrate import NewerDatabase, head, migrate, stored, upgrade

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["sqlite", "postgresql"])
async def engine(request, tmp_path):
    """An empty database on each engine."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'm.db'}"
    else:
        url = request.getfixturevalue("database_url")
    opened = open_engine(url)
    yield opened
    await opened.dispose()


async def run(engine, work):
    """`work` on a connection, in one transaction."""
    async with engine.begin() as connection:
        return await connection.run_sync(work)


def differences(connection):
    """What the database has and today's tables have not, or the other way round."""
    return compare_metadata(MigrationContext.configure(connection), metadata)


async def test_the_migrations_make_the_tables_that_the_rooms_define(engine):
    """Nobody can add a table or a column without a migration: scripts/new_migration.py writes it."""
    await run(engine, lambda connection: upgrade(connection, head()))
    assert await run(engine, differences) == []


async def test_the_audit_trail_of_a_migrated_database_cannot_be_rewritten(engine):
    """Triggers come with the table, whichever way it was made."""
    await run(engine, lambda connection: upgrade(connection, head()))
    row = (
        "INSERT INTO audit (at, by, action, subject, previous, hash) "
        "VALUES ('2026-11-23', 'm', 'a', 's', 'p', 'h')"
    )
    await run(engine, lambda connection: connection.execute(text(row)))
    with pytest.raises(DBAPIError):
        await run(engine, lambda connection: connection.execute(text("DELETE FROM audit")))


async def test_replicas_that_start_together_make_the_tables_once(engine):
    """One works, the others wait and find it done."""
    await asyncio.gather(*(migrate(engine) for _ in range(4)))
    assert await run(engine, stored) == head()
    assert await run(engine, differences) == []


async def test_a_database_of_before_there_were_migrations_is_taken_over_with_its_data(engine):
    """What the previous release stored is there afterwards, and what is new is added."""
    await create_tables(engine)
    kept = "INSERT INTO service_switches (level, off) VALUES ('generation', true)"
    await run(engine, lambda connection: connection.execute(text(kept)))
    await run(engine, lambda connection: connection.execute(text("DROP TABLE topic_states")))
    await migrate(engine)
    assert await run(engine, differences) == []
    assert await run(engine, lambda c: c.scalar(text("SELECT count(*) FROM service_switches"))) == 1
    assert await run(engine, stored) == head()


async def test_a_database_of_a_newer_release_is_left_alone(engine):
    """An old release says what to do instead of writing into tables that it does not know."""
    await migrate(engine)
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    await run(engine, lambda connection: connection.execute(newer))
    with pytest.raises(NewerDatabase, match="9999"):
        await migrate(engine)
