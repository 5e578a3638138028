"""Everything turned off: each request is told so, except what operators need."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.requests import Request

from assistant import Level
from web.pages.rendering import page, page_language
from web.problems import problem

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from guardrails import Contact
    from web.dependencies import Parts

STILL_SERVED = ("/healthz", "/readyz", "/metrics", "/console", "/static", "/v1/switches")
"""What an operator needs to see how things stand and to turn the service on again."""

FRESH_SECONDS = 1.0
"""How long a look at the switches holds; they promise two seconds."""

RETRY_SECONDS = 300

CONTACTS = ("emergency", "need_to_talk", "citizens_advice", "govt_nz")
"""Contacts of the policy that are shown while nothing else is."""


class OffSwitch:
    """ASGI middleware; where the switches cannot be read, requests go on to their own error."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._off = False
        self._looked_at = float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass `scope` on unless everything is off."""
        if scope["type"] != "http" or _served(scope["path"]) or not await self._is_off(scope):
            await self.app(scope, receive, send)
            return
        await _closed(Request(scope))(scope, receive, send)

    async def _is_off(self, scope: Scope) -> bool:
        built: Parts | None = getattr(scope["app"].state, "services", None)
        if built is None:
            return False
        if time.monotonic() - self._looked_at >= FRESH_SECONDS:
            try:
                self._off = Level.EVERYTHING in await built.switches.off()
            except Exception:  # noqa: BLE001 what was known last holds: an outage must not turn anything on
                return self._off
            self._looked_at = time.monotonic()
        return self._off


def _served(path: str) -> bool:
    return any(path == each or path.startswith(f"{each}/") for each in STILL_SERVED)


def _closed(request: Request) -> Response:
    response = _page(request) if "text/html" in request.headers.get("accept", "") else _problem()
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _problem() -> Response:
    detail = "The service is turned off at the moment."
    what_to_do = "Ask the agency, or look on www.govt.nz. In an emergency call 111."
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "turned-off", detail, what_to_do)


def _page(request: Request) -> Response:
    language = page_language(request.query_params.get("lang", "en"))
    contacts = contacts_of(request.app)
    return page("turned_off.html", language, status=HTTPStatus.SERVICE_UNAVAILABLE, contacts=contacts)


def contacts_of(app: FastAPI) -> list[Contact]:
    """Whom to ask while the service cannot be asked."""
    built: Parts = app.state.services
    known = built.assistant.guards.policy.contacts
    return [known[name] for name in CONTACTS]
