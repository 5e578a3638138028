"""The audit trail keeps its promises on PostgreSQL as on SQLite: it grows, and nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ingest import open_engine
from tests.web.access.conftest import audit, clock  # noqa: F401  the fixtures
from tests.web.access.test_audit import (  # noqa: F401  the promises
    test_an_entry_says_who_what_before_after_and_when,
    test_entries_made_at_the_same_time_make_one_chain,
    test_the_database_refuses_to_change_or_delete_an_entry,
)
from web.migrations.migrate import head, migrate, upgrade

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["as of today", "migrated"])
async def engine(request, database_url):
    """PostgreSQL with all tables, made at once or by every migration there is."""
    opened = open_engine(database_url)
    if request.param == "migrated":
        async with opened.begin() as connection:
            await connection.run_sync(lambda synchronous: upgrade(synchronous, head()))
    else:
        await migrate(opened)
    yield opened
    await opened.dispose()


async def test_the_trail_cannot_be_emptied_at_a_stroke(audit, engine):  # noqa: F811
    """TRUNCATE passes row triggers by; it is refused as well, and the trail is whole afterwards."""
    await audit.record("mere", "a", "b")
    with pytest.raises(DBAPIError, match="append-only"):
        async with engine.begin() as connection:
            await connection.execute(text("TRUNCATE audit"))
    assert [each.by for each in await audit.entries()] == ["mere"]
    assert await audit.broken() is None
