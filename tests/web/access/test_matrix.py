"""Every route has a stated rule, and lets in exactly those whom it names: each route with each role."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from tests.web.people import bearer
from web.access import Role
from web.main import create_app

RULES = tomllib.loads((Path(__file__).with_name("routes.toml")).read_text(encoding="utf-8"))
REFUSED = {401, 403}
NOT_ROUTED = {"/openapi.json", "/mcp"}
"""Plain routes that anybody may use: the description, and the protocol server's three reading tools."""


def api_routes(routes):
    """Every route of the application, also of included routers."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from api_routes(route.original_router.routes)


def served(app):
    """Methods and paths, as rules name them."""
    return {f"{method} {route.path}" for route in api_routes(app.router.routes) for method in route.methods}


def address(path):
    """An address of that route which names nothing that is there."""
    return re.sub(r"\{[^}]+\}", "nothing", re.sub(r"\{(?:number|at)\}", "999", path))


def allowed(rule, role):
    """Whether a rule lets somebody in: an admin always; None is somebody who is not signed in."""
    if rule == "anybody":
        return True
    return role is not None and (role is Role.ADMIN or rule == "signed in" or role in rule.split())


def test_every_route_has_a_rule_and_every_rule_a_route(settings):
    """A new route cannot be added without saying who may use it."""
    routes = served(create_app(settings))
    assert routes - set(RULES) == set(), "state who may use these in routes.toml"
    assert set(RULES) - routes == set(), "these are gone: take them out of routes.toml"


@pytest.mark.parametrize("role", [None, *Role], ids=str)
def test_each_route_lets_in_exactly_whom_its_rule_names(empty, role, record_property):
    """Whoever may not is refused before anything is read of the request, and nobody else is."""
    record_property("tried", len(RULES))
    headers = bearer(empty, role) if role else {}
    wrong = []
    for route, rule in RULES.items():
        method, path = route.split()
        response = empty.request(method, address(path), headers=headers, follow_redirects=False)
        sent_away = role is None and "sign-in" in response.headers.get("location", "")
        refused = response.status_code in REFUSED or (sent_away and path.startswith("/console"))
        if refused == allowed(rule, role) and path not in OWN_WAY:
            wrong.append((route, rule, response.status_code))
    assert wrong == []


OWN_WAY = {"/v1/hooks/cms", "/console/sign-in", "/console/sign-in/provider", "/console/sign-in/return"}
"""Routes that ask for something else than a role: a signature, or a key to sign in with."""
