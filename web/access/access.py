"""All of access in one value, as the composition root builds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.access.attempts import Attempts
from web.access.audit import Audit
from web.access.errors import NotAllowed, SignInFailed
from web.access.keys import Key, Keys, looks_like_key
from web.access.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncEngine

    from web.access.oidc import Provider
    from web.access.roles import Person


@dataclass(frozen=True)
class Access:
    """Keys, sessions, the audit trail, and an identity provider where one is configured."""

    keys: Keys
    sessions: Sessions
    audit: Audit
    attempts: Attempts
    provider: Provider | None = None
    public_url: str | None = None

    @classmethod
    def build(
        cls,
        engine: AsyncEngine,
        now: Callable[[], datetime],
        *,
        redact: Callable[[str], str],
        session_hours: float,
        session_idle_minutes: float,
        provider: Provider | None = None,
        public_url: str | None = None,
    ) -> Access:
        """Access over the database of `engine`."""
        audit = Audit(engine, now, redact)
        sessions = Sessions(engine, now, hours=session_hours, idle_minutes=session_idle_minutes)
        return cls(Keys(engine, audit, now), sessions, audit, Attempts(), provider, public_url)

    async def by_key(self, text: str, address: str) -> tuple[Person, Key]:
        """Whose key `text` is; `address` is where it came from.

        Raises `SignInFailed`, `TooManyAttempts`, and `NotAllowed` for a key that may only ask questions.
        """
        person, key = await self._checked(text, address)
        if not key.roles:
            raise NotAllowed("this key may only ask questions")
        return person, key

    async def asking_key(self, text: str, address: str) -> Key | None:
        """The key whose questions are counted together; None for what is no key of this service.

        Raises `SignInFailed` and `TooManyAttempts`.
        """
        if not looks_like_key(text):  # other software sends something in its place, which is no attempt
            return None
        _, key = await self._checked(text, address)
        return key

    async def _checked(self, text: str, address: str) -> tuple[Person, Key]:
        self.attempts.check(address)
        try:
            return await self.keys.check(text)
        except SignInFailed:
            self.attempts.failed(address)
            raise
