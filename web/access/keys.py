"""Named API keys: shown once, stored as hashes, with roles, an end and a way to take them back."""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from web.access.errors import KeyRefused, SignInFailed, UnknownKey
from web.access.roles import Person, Role
from web.access.secrets import hashed, matches, new_secret
from web.access.tables import access_keys, access_sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.ext.asyncio import AsyncEngine

    from web.access.audit import Audit

PREFIX = "ga"
_KEY = re.compile(rf"{PREFIX}_([0-9a-f]{{16}})_([A-Za-z0-9_-]{{43}})")
_NAME = re.compile(r"[\w.@+-]{1,100}")
_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as lists show it: all but its secret."""

    id: str
    name: str
    roles: tuple[Role, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    requests_per_minute: int | None = None
    """Questions that may be asked with it a minute; None for what the settings say."""

    def state(self, now: datetime) -> str:
        """`active`, `expired` or `revoked`."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "active"


def looks_like_key(text: str) -> bool:
    """Whether the text has the form of a key, whoever made it."""
    return _KEY.fullmatch(text.strip()) is not None


class Keys:
    """The keys of an installation."""

    def __init__(self, engine: AsyncEngine, audit: Audit, now: Callable[[], datetime]) -> None:
        self._engine, self._audit, self._now = engine, audit, now

    async def add(
        self, name: str, roles: Iterable[Role], *, days: int | None, by: str, per_minute: int | None = None
    ) -> str:
        """A new key's text, which is nowhere stored; raises `KeyRefused`.

        One without roles may only ask questions, `per_minute` of them.
        """
        given = tuple(sorted(set(roles)))
        if not _NAME.fullmatch(name):
            raise KeyRefused("a key's name has letters, digits and . @ + - _ only, at most 100")
        if not given and per_minute is None:
            raise KeyRefused(
                "a key needs a role, or a number of questions a minute",
                what_to_do="Give a role (editor, evaluator, admin), or questions a minute to ask with only.",
            )
        identifier, secret = secrets.token_hex(8), new_secret()
        now = self._now()
        row = {
            "id": identifier,
            "name": name,
            "secret_hash": hashed(secret),
            "roles": list(given),
            "created_at": now,
            "expires_at": now + timedelta(days=days) if days else None,
            "requests_per_minute": per_minute,
        }
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(access_keys).values(**row))
        except IntegrityError as error:
            raise KeyRefused(f"there is, or was, a key named {name!r}") from error
        expires = row["expires_at"] and str(row["expires_at"])
        added = {"roles": list(given), "expires": expires, "requests_per_minute": per_minute}
        await self._audit.record(by, "key.added", name, None, added)
        return f"{PREFIX}_{identifier}_{secret}"

    async def all(self) -> list[Key]:
        """Every key, oldest first, also those that no longer work."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(access_keys).order_by(access_keys.c.created_at))
            return [_key(row) for row in rows]

    async def count(self) -> int:
        """How many keys there are or were."""
        async with self._engine.connect() as connection:
            return int(await connection.scalar(select(func.count()).select_from(access_keys)) or 0)

    async def revoke(self, name: str, *, by: str) -> None:
        """Make a key and every session begun with it useless from now on; raises `UnknownKey`."""
        now = self._now()
        async with self._engine.begin() as connection:
            found = (await connection.execute(select(access_keys).where(access_keys.c.name == name))).first()
            if found is None:
                raise UnknownKey(f"there is no key named {name!r}")
            if found.revoked_at is None:
                await connection.execute(
                    update(access_keys).where(access_keys.c.id == found.id).values(revoked_at=now)
                )
            await connection.execute(access_sessions.delete().where(access_sessions.c.key_id == found.id))
        await self._audit.record(by, "key.revoked", name, _key(found).state(now), "revoked")

    async def check(self, text: str) -> tuple[Person, Key]:
        """Whose key `text` is; raises `SignInFailed`, always with the same words."""
        parts = _KEY.fullmatch(text.strip())
        row = await self._row(parts[1]) if parts else None
        if parts is None or row is None or not matches(parts[2], row.secret_hash):
            raise SignInFailed("that key is not known")
        key = _key(row)
        state = key.state(self._now())
        if state != "active":
            raise SignInFailed(f"that key is {state}")
        await self._note_use(key)
        return Person(key.name, frozenset(key.roles)), key

    async def _row(self, identifier: str) -> Any:
        async with self._engine.connect() as connection:
            return (
                await connection.execute(select(access_keys).where(access_keys.c.id == identifier))
            ).first()

    async def _note_use(self, key: Key) -> None:
        """Once an hour is enough to tell a key that is used from one that is not."""
        now = self._now()
        if key.last_used_at is not None and now - key.last_used_at < _NOTED_EVERY:
            return
        with suppress(SQLAlchemyError):  # on a full disk a key must still open what it opens
            async with self._engine.begin() as connection:
                await connection.execute(
                    update(access_keys).where(access_keys.c.id == key.id).values(last_used_at=now)
                )


def _key(row: Any) -> Key:
    return Key(
        id=row.id,
        name=row.name,
        roles=tuple(Role(each) for each in row.roles),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
        requests_per_minute=row.requests_per_minute,
    )
