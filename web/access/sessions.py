"""Sign-in sessions: a random token in a cookie, its hash in the database.

A session ends when nobody used it for a while, at the latest some hours after the sign-in, and with its key.
`expires_at` is the first of these; who uses the session moves it, so that no further column is needed.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from web.access.roles import Person, Role
from web.access.secrets import hashed, new_secret
from web.access.tables import access_keys, access_sessions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncEngine

    from web.access.keys import Key


NOTED_EVERY = timedelta(minutes=1)
"""A use is written down at most so often; a session lasts that much longer than its limit of inactivity."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One session of a person, as they see it."""

    begun: datetime
    ends: datetime
    """When it ends if nothing more is done."""
    here: bool
    """Whether it is the one that asks."""


class Sessions:
    """Who is signed in: for `hours` at the most, and for `idle_minutes` without a request."""

    def __init__(
        self, engine: AsyncEngine, now: Callable[[], datetime], *, hours: float, idle_minutes: float
    ) -> None:
        self._engine, self._now, self.length = engine, now, timedelta(hours=hours)
        self.idle = timedelta(minutes=idle_minutes)
        self._noted_every = min(NOTED_EVERY, self.idle / 4)

    async def begin(self, person: Person, key: Key | None = None) -> str:
        """A new session's token."""
        token, now = new_secret(), self._now()
        ends = self._end(now, now, key.expires_at if key else None)
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

    async def person(self, token: str, *, active: bool = True) -> Person | None:
        """Who holds `token`; None for one that is unknown or over.

        The session goes on from here, unless the request is not `active`: nobody is behind it.
        """
        now, mine = self._now(), access_sessions.c.token_hash == hashed(token)
        query = (
            select(access_sessions, access_keys.c.expires_at.label("key_ends"))
            .outerjoin(access_keys, access_keys.c.id == access_sessions.c.key_id)
            .where(mine, access_sessions.c.expires_at > now)
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        ends = self._end(row.created_at, now, row.key_ends)
        if active and abs(ends - row.expires_at) >= self._noted_every:
            with suppress(SQLAlchemyError):  # on a full disk somebody must still be able to look
                async with self._engine.begin() as connection:
                    await connection.execute(update(access_sessions).where(mine).values(expires_at=ends))
        return Person(row.name, frozenset(Role(each) for each in row.roles))

    def _end(self, begun: datetime, used: datetime, key_ends: datetime | None) -> datetime:
        ends = min(begun + self.length, used + self.idle + self._noted_every)
        return ends if key_ends is None else min(ends, key_ends)

    async def of(self, name: str, token: str) -> list[SignIn]:
        """The sessions of a person that are not over, the newest first; `token` is the one that asks."""
        query = (
            select(access_sessions)
            .where(access_sessions.c.name == name, access_sessions.c.expires_at > self._now())
            .order_by(access_sessions.c.created_at.desc())
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        mine = hashed(token)
        return [SignIn(each.created_at, each.expires_at, each.token_hash == mine) for each in rows]

    async def end_others(self, name: str, token: str) -> int:
        """Sign a person out everywhere but where `token` is; how many sessions that were."""
        others = access_sessions.c.token_hash != hashed(token)
        async with self._engine.begin() as connection:
            gone = await connection.execute(
                delete(access_sessions).where(access_sessions.c.name == name, others)
            )
        return int(gone.rowcount)

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
