"""The audit trail: it only grows, and tampering shows."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError

from web.access.tables import audit as table

pytestmark = pytest.mark.anyio


async def test_an_entry_says_who_what_before_after_and_when(audit, clock):
    """As it was given."""
    await audit.record("mere", "topic.changed", "health", {"off": False}, {"off": True})
    (entry,) = await audit.entries()
    assert (entry.by, entry.action, entry.subject) == ("mere", "topic.changed", "health")
    assert (entry.before, entry.after, entry.at) == ({"off": False}, {"off": True}, clock.at)


async def test_a_reason_is_redacted_before_it_is_kept(audit):
    """What people type freely may name somebody."""
    await audit.record("mere", "version.published", "3", None, {"reason": "Bob asked", "version": 3})
    assert (await audit.entries())[0].after == {"reason": "<PERSON> asked", "version": 3}


async def test_the_database_refuses_to_change_or_delete_an_entry(audit, engine):
    """Also for whoever goes around this program's code, as long as the triggers stand."""
    await audit.record("mere", "a", "b")
    for statement in (update(table).values(by="somebody"), delete(table)):
        with pytest.raises(DatabaseError, match="append-only"):
            async with engine.begin() as connection:
                await connection.execute(statement)
    assert (await audit.entries())[0].by == "mere"


@pytest.mark.parametrize(
    "tampering", ["UPDATE audit SET subject = 'x' WHERE id = 2", "DELETE FROM audit WHERE id = 2"]
)
async def test_tampering_past_the_triggers_shows(audit, engine, tampering):
    """The first entry that does not fit is named."""
    for number in range(4):
        await audit.record("mere", "a", str(number))
    assert await audit.broken() is None
    async with engine.begin() as connection:
        for name in ("update", "delete"):
            await connection.execute(text(f"DROP TRIGGER audit_never_{name}"))
        await connection.execute(text(tampering))
    assert await audit.broken() in {2, 3}


async def test_entries_made_at_the_same_time_make_one_chain(audit):
    """None is lost, none forks the chain."""
    await asyncio.gather(*(audit.record("mere", "a", str(number)) for number in range(8)))
    assert len(await audit.entries()) == 8
    assert await audit.broken() is None
