"""A sign-in ends when nobody uses it, and at the latest after some hours."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from web.access import Person, Role
from web.access.sessions import Sessions
from web.access.tables import access_sessions

pytestmark = pytest.mark.anyio
MERE = Person("mere", frozenset({Role.EDITOR}))


@pytest.fixture
def sessions(engine, clock):
    """Half an hour without a request, eight hours at the most."""
    return Sessions(engine, clock, hours=8, idle_minutes=30)


async def test_a_session_that_nobody_uses_ends(sessions, clock):
    """Half an hour after the last request, and a minute at the most."""
    token = await sessions.begin(MERE)
    clock.later(timedelta(minutes=30))
    assert await sessions.person(token) == MERE
    clock.later(timedelta(minutes=31))
    assert await sessions.person(token) is None


async def test_a_session_that_is_used_goes_on_until_its_hours_are_over(sessions, clock):
    """Whoever works is not signed out before the end of the day, and then they are."""
    token = await sessions.begin(MERE)
    for _ in range(31):
        clock.later(timedelta(minutes=15))
        assert await sessions.person(token) == MERE
    clock.later(timedelta(minutes=15))
    assert await sessions.person(token) is None


async def test_a_page_that_is_left_open_does_not_keep_its_session(sessions, clock):
    """What a browser asks by itself is no use of the session."""
    token = await sessions.begin(MERE)
    clock.later(timedelta(minutes=20))
    assert await sessions.person(token, active=False) == MERE
    clock.later(timedelta(minutes=12))
    assert await sessions.person(token) is None


async def test_uses_are_written_down_once_a_minute(sessions, clock, engine):
    """Reading pages of the console costs no write for each."""
    token, writes = await sessions.begin(MERE), []
    event.listen(
        engine.sync_engine,
        "before_cursor_execute",
        lambda _c, _u, statement, *_: writes.append(statement) if statement.startswith("UPDATE") else None,
    )
    for _ in range(60):
        clock.later(timedelta(seconds=3))
        await sessions.person(token)
    assert len(writes) == 3


async def test_a_session_never_outlives_its_key(sessions, clock, keys, engine):
    """Neither at the sign-in nor by being used."""
    text = await keys.add("mere", [Role.EDITOR], days=1, by="test")
    _, key = await keys.check(text)
    clock.later(timedelta(hours=23, minutes=50))
    token = await sessions.begin(MERE, key)
    clock.later(timedelta(minutes=5))
    assert await sessions.person(token) == MERE
    async with engine.connect() as connection:
        assert (await connection.execute(select(access_sessions.c.expires_at))).scalar() == key.expires_at
