"""Whatever is sent to a page or a form, which the API's description does not name, nothing breaks.

The operations of the description are tried in test_schemas.py; that every route is in one of the two, here.
"""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from ingest import sync
from tests.doubles import BagOfWords, Pages
from tests.web.access.test_matrix import NOT_ROUTED, api_routes
from tests.web.conftest import PAGES
from tests.web.people import form_token, sign_in
from web.access import Role
from web.main import create_app, now
from web.settings import Settings

SENT = ("", "999999999999999999999", "-1", "a\x00b", "ā" * 3_000, "'; DROP TABLE x; --", "\u202e<b>{{7*7}}")
OWN_TESTS = ("/console/switches", "/console/sign-in", "/console/sign-out")
"""They would turn everything off or sign out: test_switches.py and access/test_sign_in.py have them."""


@pytest.fixture(scope="module")
def admin(tmp_path_factory):
    """Somebody signed in who may do everything; jobs are only queued."""
    folder = tmp_path_factory.mktemp("forms")
    settings = Settings(
        data_dir=folder, log_level="CRITICAL", requests_per_minute=1_000_000, worker=False, _env_file=None
    )
    app = create_app(settings, embedder=BagOfWords())
    with TestClient(app, raise_server_exceptions=False) as client:
        client.portal.call(lambda: sync(Pages(PAGES), app.state.services.index, now=now))
        yield sign_in(client, Role.ADMIN)


def pages_and_forms(app):
    """Each method and route that is not in the description, with the names of its query and its form."""
    for route in api_routes(app.router.routes):
        if not route.include_in_schema and not route.path.startswith(OWN_TESTS):
            for method in route.methods:
                yield (
                    method,
                    route.path,
                    names(route.dependant, "query_params"),
                    names(route.dependant, "body_params"),
                )


def names(dependant, kind):
    """Of its own parameters and of those that it depends on."""
    found = {each.alias for each in getattr(dependant, kind)}
    return found.union(*(names(each, kind) for each in dependant.dependencies))


def test_nothing_that_is_sent_to_a_page_or_a_form_breaks_it(admin, record_property):
    """Empty, huge, negative, hostile, in every field of every form and in every address: no 5xx."""
    token, broken, tried = form_token(admin), [], 0
    for method, path, query, form in pages_and_forms(admin.app):
        for value in SENT:
            address = re.sub(r"\{[^}]+\}", quote(value[:200] or "nothing", safe=""), path)
            response = admin.request(
                method,
                address,
                params=dict.fromkeys(query, value[:300]),
                data={**dict.fromkeys(form, value), "csrf": token} if method == "POST" else None,
                headers={"Origin": "http://testserver"},
                follow_redirects=False,
            )
            tried += 1
            if response.is_server_error:
                broken.append((method, path, value[:20], response.status_code))
    record_property("tried", tried)
    assert broken == []
    assert tried > 500


def test_every_route_is_tried_here_or_by_the_description(admin):
    """None is left out of both."""
    described = {
        f"{method.upper()} {path}"
        for path, operations in admin.app.openapi()["paths"].items()
        for method in operations
    }
    here = {f"{method} {path}" for method, path, *_ in pages_and_forms(admin.app)}
    served = {
        f"{method} {each.path}" for each in api_routes(admin.app.router.routes) for method in each.methods
    }
    left = {each for each in served - described - here if not each.split()[1].startswith(OWN_TESTS)}
    assert left - {f"GET {path}" for path in NOT_ROUTED} == set()
