"""Sign-in with an identity provider by OpenID Connect (code flow with PKCE), as configured.

Authlib does the protocol: discovery, state, nonce, PKCE, and the checks of the identity token. What it
must remember between leaving for the provider and coming back is kept in the database, under the hash
of a random token that a short-lived cookie holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from web.access.errors import SignInFailed
from web.access.roles import Person, Role
from web.access.secrets import hashed, new_secret
from web.access.tables import access_handshakes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from fastapi import Request, Response
    from sqlalchemy.ext.asyncio import AsyncEngine

HANDSHAKE = "sign-in"
"""The cookie between leaving and coming back; `lax`, for the provider's page sends the browser back."""
LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """What the identity provider was told of this service, and how its claims are read."""

    issuer: str
    client_id: str
    client_secret: str
    label: str
    """The provider's name on the sign-in page."""
    name_claim: str
    roles_claim: str
    roles: Mapping[str, Role]
    """Which of the provider's groups or roles gives which role here."""


class Provider:
    """One identity provider."""

    def __init__(self, settings: ProviderSettings, engine: AsyncEngine, now: Callable[[], datetime]) -> None:
        from authlib.integrations.starlette_client import OAuth  # only where a provider is configured

        self.settings, self._engine, self._now = settings, engine, now
        oauth = OAuth()
        oauth.register(
            "provider",
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
        )
        self._client: Any = oauth.provider

    async def leave(self, request: Request, come_back_to: str, next_page: str) -> Response:
        """A redirect to the provider, with the handshake's cookie; raises `SignInFailed`."""
        request.scope["session"] = {}
        response: Response = await self._told(self._client.authorize_redirect(request, come_back_to))
        token, now = new_secret(), self._now()
        state = {"session": request.scope["session"], "next": next_page}
        row = {"token_hash": hashed(token), "state": state, "expires_at": now + LASTS}
        async with self._engine.begin() as connection:
            await connection.execute(delete(access_handshakes).where(access_handshakes.c.expires_at <= now))
            await connection.execute(insert(access_handshakes).values(**row))
        response.set_cookie(
            HANDSHAKE,
            token,
            max_age=int(LASTS.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=come_back_to.startswith("https:"),
            path="/console/sign-in",
        )
        return response

    async def come_back(self, request: Request) -> tuple[Person, str]:
        """Who the provider says it is, and the page to go on to; raises `SignInFailed`."""
        state = await self._handshake(request.cookies.get(HANDSHAKE, ""))
        request.scope["session"] = state["session"]
        token: Mapping[str, Any] = await self._told(self._client.authorize_access_token(request))
        claims = token.get("userinfo")
        if not claims:
            raise SignInFailed(f"{self.settings.label} did not say who you are")
        return self._person(claims), str(state["next"])

    def _person(self, claims: Mapping[str, Any]) -> Person:
        named = claims.get(self.settings.roles_claim) or ()
        given = {named} if isinstance(named, str) else {str(each) for each in named}
        roles = frozenset(role for name, role in self.settings.roles.items() if name in given)
        name = str(claims.get(self.settings.name_claim) or claims["sub"])[:100]
        if not roles:
            raise SignInFailed(
                f"{name} has no role here",
                what_to_do=f"Ask an admin to give you one of these in {self.settings.label}: "
                f"{', '.join(self.settings.roles)}.",
            )
        return Person(name, roles)

    async def _handshake(self, token: str) -> dict[str, Any]:
        """What was kept when leaving, once."""
        mine = access_handshakes.c.token_hash == hashed(token)
        async with self._engine.begin() as connection:
            row = (await connection.execute(select(access_handshakes).where(mine))).first()
            await connection.execute(delete(access_handshakes).where(mine))
        if row is None or row.expires_at <= self._now():
            raise SignInFailed("the sign-in took too long or began elsewhere", what_to_do="Sign in again.")
        return dict(row.state)

    async def _told(self, asked: Any) -> Any:
        """The provider's word; what goes wrong on the way becomes a `SignInFailed`."""
        from authlib.common.errors import AuthlibBaseError
        from httpx2 import HTTPError
        from joserfc.errors import JoseError

        try:
            return await asked
        except (AuthlibBaseError, JoseError, HTTPError, ValueError, RuntimeError) as error:
            raise SignInFailed(
                f"{self.settings.label} did not confirm the sign-in ({type(error).__name__})",
                what_to_do="Sign in again; if it fails again, tell an admin.",
            ) from error
