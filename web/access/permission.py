"""`allow(Role.EDITOR)`: a dependency of every route that not everybody may use.

A program sends an API key as a bearer token. A browser sends the session cookie; then a request that
changes something must also carry the session's form token and come from a page of this service, for a
cookie alone is sent by whatever page makes the browser send it.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Annotated, cast
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from web.access.errors import ForgedRequest, NotAllowed, NotSignedIn
from web.access.secrets import form_token

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fastapi import Response

    from web.access.access import Access
    from web.access.roles import Person, Role

COOKIE = "session"
SECURE_COOKIE = "__Host-session"
"""Its name over HTTPS: a browser then refuses the cookie from any other host or without Secure."""
TOKEN_FIELD = "csrf"
TOKEN_HEADER = "x-csrf-token"
STREAM = "text/event-stream"
"""A page that is left open asks for the news of a job by itself, over and over: that is nobody's use."""
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

bearer = HTTPBearer(auto_error=False, scheme_name="API key", description="A key of `access add-key`.")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


def access_of(request: Request) -> Access:
    """The access of the application that serves `request`."""
    return cast("Access", request.app.state.services.access)


def allow(*roles: Role) -> Callable[..., Awaitable[Person]]:
    """A dependency that gives the `Person` asking; without roles, anybody who is signed in.

    It raises `NotSignedIn`, `NotAllowed`, `ForgedRequest`, `SignInFailed` and `TooManyAttempts`.
    """

    async def check(request: Request, credentials: Credentials) -> Person:
        person = await identify(request, credentials)
        if roles and not person.may(*roles):
            named = " or ".join(roles)
            raise NotAllowed(f"{person.name} does not have the role that this needs: {named}")
        return person

    return check


async def identify(request: Request, credentials: HTTPAuthorizationCredentials | None) -> Person:
    """Who asks; raises as `allow` does."""
    access = access_of(request)
    if credentials is not None:
        person, _ = await access.by_key(credentials.credentials, address_of(request))
        return person
    token = session_token(request)
    active = STREAM not in request.headers.get("accept", "")
    found = await access.sessions.person(token, active=active) if token else None
    if token is None or found is None:
        raise NotSignedIn("this needs somebody who is signed in")
    if request.method not in SAFE:
        check_origin(request)
        await _check_token(request, token)
    return found


def session_token(request: Request) -> str | None:
    """The session's token in the cookie."""
    return request.cookies.get(SECURE_COOKIE if _secure(request) else COOKIE)


def set_cookie(response: Response, request: Request, token: str) -> None:
    """Give the browser its session; no script can read it, and no other site's page sends it."""
    secure = _secure(request)
    response.set_cookie(
        SECURE_COOKIE if secure else COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/"
    )


def drop_cookie(response: Response, request: Request) -> None:
    """Take the session from the browser."""
    secure = _secure(request)
    response.delete_cookie(
        SECURE_COOKIE if secure else COOKIE, httponly=True, samesite="strict", secure=secure, path="/"
    )


def check_origin(request: Request) -> None:
    """Raises `ForgedRequest` unless the browser says that a page of this service sent the request."""
    origin = request.headers.get("origin")
    if origin is None:  # browsers that send none name the relation instead; a program sends neither
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise ForgedRequest("the request came from another site's page")
        return
    if origin.rstrip("/") not in own_origins(request):
        raise ForgedRequest("the request came from another site's page")


def own_origins(request: Request) -> set[str]:
    """The addresses that this service is known by."""
    public = access_of(request).public_url
    own = {f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}"}
    if public:
        parts = urlsplit(public)
        own.add(f"{parts.scheme}://{parts.netloc}")
    return own


def address_of(request: Request) -> str:
    """Where the request comes from, for counting failures."""
    return request.client.host if request.client else "unknown"


async def _check_token(request: Request, session: str) -> None:
    given = request.headers.get(TOKEN_HEADER)
    kind = request.headers.get("content-type", "")
    if given is None and kind.startswith(FORMS):
        field = (await request.form()).get(TOKEN_FIELD)
        given = field if isinstance(field, str) else None
    if given is None or not hmac.compare_digest(given.encode(), form_token(session).encode()):
        raise ForgedRequest("the request does not carry this session's form token")


def _secure(request: Request) -> bool:
    public = access_of(request).public_url
    return request.url.scheme == "https" or bool(public and public.startswith("https:"))
