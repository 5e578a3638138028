"""Who asks: a person of the office, or the public."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from assistant.programme import PUBLIC, Actor
from web.access.permission import Credentials, identify, session_token

if TYPE_CHECKING:
    from web.access import Person


def actor_of(person: Person) -> Actor:
    """A person of the console as the register knows them."""
    return Actor(person.name, frozenset(role.value for role in person.roles))


async def asking(request: Request, credentials: Credentials) -> Actor:
    """The person who asks, or the public; raises `SignInFailed` for a key that is wrong."""
    if credentials is None and session_token(request) is None:
        return PUBLIC
    if credentials is None and not await _signed_in(request):
        return PUBLIC  # a session that has ended reads as everybody does
    return actor_of(await identify(request, credentials))


async def _signed_in(request: Request) -> bool:
    token = session_token(request)
    access = request.app.state.services.access
    return token is not None and await access.sessions.person(token) is not None


Asking = Annotated[Actor, Depends(asking)]
