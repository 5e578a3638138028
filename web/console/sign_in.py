"""Signing in with a key or through an identity provider, and signing out."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

import structlog
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from web.access import Person, allow
from web.access.errors import AccessError, SignInFailed, TooManyAttempts
from web.access.permission import (
    access_of,
    address_of,
    check_origin,
    drop_cookie,
    session_token,
    set_cookie,
)
from web.access.secrets import form_token
from web.console.errors import CONSOLE, SIGN_IN
from web.console.rendering import bare_page

if TYPE_CHECKING:
    from web.access import Key, Provider

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_log = structlog.get_logger("access")


@router.get(SIGN_IN)
async def show_sign_in(request: Request, next: str = CONSOLE) -> HTMLResponse:
    """The form for a key, and the way to the identity provider where there is one."""
    return _form(request, next)


@router.post(SIGN_IN)
async def sign_in(
    request: Request,
    key: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=500)] = CONSOLE,
) -> Response:
    """Begin a session with a key; what is wrong is said beside the field."""
    check_origin(request)
    try:
        person, found = await access_of(request).by_key(key, address_of(request))
    except AccessError as error:
        _log.warning("sign-in failed", reason=type(error).__name__)
        return _form(request, next, error=error)
    response = RedirectResponse(local(next), HTTPStatus.SEE_OTHER)
    await _begin(request, response, person, found)
    return response


@router.get(f"{SIGN_IN}/provider")
async def leave_for_provider(request: Request, next: str = CONSOLE) -> Response:
    """On to the identity provider's own page."""
    try:
        return await _provider(request).leave(request, _come_back_to(request), local(next))
    except SignInFailed as error:
        return _form(request, next, error=error)


@router.get(f"{SIGN_IN}/return")
async def come_back(request: Request) -> Response:
    """Back from the identity provider.

    The session's cookie is `strict`, and a browser does not send such a cookie along a redirect that
    began on another site: so this is a page that goes on to the next one by itself.
    """
    access = access_of(request)
    access.attempts.check(address_of(request))
    try:
        person, next_page = await _provider(request).come_back(request)
    except SignInFailed as error:
        access.attempts.failed(address_of(request))
        _log.warning("sign-in failed", reason=type(error).__name__)
        return _form(request, CONSOLE, error=error)
    response = bare_page(request, "console/signed_in.html", name=person.name, next=next_page)
    await _begin(request, response, person)
    return response


@router.post("/console/sign-out")
async def sign_out(request: Request, person: Annotated[Person, Depends(allow())]) -> Response:
    """End the session, on the server too."""
    access = access_of(request)
    token = session_token(request)
    if token:
        await access.sessions.end(token)
        await access.audit.record(person.name, "session.ended", person.name)
    response = RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER)
    drop_cookie(response, request)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@router.get("/console/session")
async def go_on(request: Request, person: Annotated[Person, Depends(allow())]) -> JSONResponse:
    """What a page asks for while somebody works on it: the session goes on, and this is its form token."""
    token = session_token(request)
    return JSONResponse({"csrf": form_token(token) if token else ""}, headers={"Cache-Control": "no-store"})


def local(path: str) -> str:
    """`path` where it is a page of the console, else the console's first page."""
    inside = path == CONSOLE or path.startswith((f"{CONSOLE}/", f"{CONSOLE}?"))
    return path if inside and "\\" not in path and path.isprintable() else CONSOLE


async def _begin(request: Request, response: Response, person: Person, key: Key | None = None) -> None:
    access = access_of(request)
    set_cookie(response, request, await access.sessions.begin(person, key))
    await access.audit.record(person.name, "session.begun", person.name, None, sorted(person.roles))


def _form(request: Request, next_page: str, error: AccessError | None = None) -> HTMLResponse:
    access = access_of(request)
    response = bare_page(
        request,
        "console/sign_in.html",
        status=error.status if error else HTTPStatus.OK,
        next=local(next_page),
        error=error,
        provider=access.provider.settings.label if access.provider else "",
    )
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _provider(request: Request) -> Provider:
    provider = access_of(request).provider
    if provider is None:
        raise SignInFailed("no identity provider is configured", what_to_do="Sign in with a key.")
    return provider


def _come_back_to(request: Request) -> str:
    public = access_of(request).public_url
    base = public or f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}"
    return f"{base.rstrip('/')}{SIGN_IN}/return"
