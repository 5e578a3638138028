"""Sign-in sessions: a random token in a cookie, its hash in the database, an end that is set at sign-in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from web.access.roles import Person, Role
from web.access.secrets import hashed, new_secret
from web.access.tables import access_sessions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncEngine

    from web.access.keys import Key


class Sessions:
    """Who is signed in."""

    def __init__(self, engine: AsyncEngine, now: Callable[[], datetime], *, hours: float) -> None:
        self._engine, self._now, self.length = engine, now, timedelta(hours=hours)

    async def begin(self, person: Person, key: Key | None = None) -> str:
        """A new session's token; it ends after its length, or with the key, whichever is first."""
        token, now = new_secret(), self._now()
        ends = now + self.length
        if key is not None and key.expires_at is not None:
            ends = min(ends, key.expires_at)
        row = {
            "token_hash": hashed(token),
            "name": person.name,
            "roles": sorted(person.roles),
            "key_id": key.id if key else None,
            "created_at": now,
            "expires_at": ends,
        }
        async with self._engine.begin() as connection:
            await connection.execute(delete(access_sessions).where(access_sessions.c.expires_at <= now))
            await connection.execute(insert(access_sessions).values(**row))
        return token

    async def person(self, token: str) -> Person | None:
        """Who holds `token`; None for one that is unknown or over."""
        query = select(access_sessions).where(
            access_sessions.c.token_hash == hashed(token), access_sessions.c.expires_at > self._now()
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else Person(row.name, frozenset(Role(each) for each in row.roles))

    async def end_all(self, name: str) -> int:
        """Sign a person out everywhere; how many sessions that were."""
        async with self._engine.begin() as connection:
            gone = await connection.execute(delete(access_sessions).where(access_sessions.c.name == name))
        return int(gone.rowcount)

    async def end(self, token: str) -> None:
        """Sign out: the token is worth nothing from now on."""
        async with self._engine.begin() as connection:
            await connection.execute(
                delete(access_sessions).where(access_sessions.c.token_hash == hashed(token))
            )
