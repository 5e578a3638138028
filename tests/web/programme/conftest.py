"""The programme served, with people of each role."""

from __future__ import annotations

import time

import pytest
from fastapi.testclient import TestClient

from tests.doubles import BagOfWords
from tests.web.people import bearer
from web.access import Role
from web.main import create_app
from web.settings import Settings


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One application for the tests of a module; each test uses records of its own."""
    folder = tmp_path_factory.mktemp("programme") / "data"
    settings = Settings(data_dir=folder, log_level="ERROR", requests_per_minute=1000, _env_file=None)
    with TestClient(create_app(settings, embedder=BagOfWords())) as client:
        yield client


class Person:
    """Somebody with a key, who speaks to the API."""

    def __init__(self, client, headers):
        self._client, self._headers = client, headers

    def get(self, path, **options):
        """Read."""
        return self._client.get(f"/v1/programme{path}", headers=self._headers, **options)

    def post(self, path, body=None, *, version=None, **options):
        """Write, on a version where one is named."""
        headers = self._headers | ({"If-Match": f'"{version}"'} if version else {})
        return self._client.post(f"/v1/programme{path}", json=body, headers=headers, **options)

    def create(self, kind, **fields):
        """A new record as the API gives it back."""
        made = self.post(f"/{kind}", {"fields": fields})
        assert made.status_code == 201, made.text
        return made.json()

    def patch(self, record, **fields):
        """Change a record that was read."""
        headers = self._headers | {"If-Match": f'"{record["version"]}"'}
        path = f"/v1/programme/{record['kind']}/{record['slug']}"
        return self._client.patch(path, json={"fields": fields}, headers=headers)

    def move(self, record, move, reason=""):
        """Change a record's state."""
        path = f"/{record['kind']}/{record['slug']}/moves"
        return self.post(path, {"move": move, "reason": reason}, version=record["version"])

    def publish(self, kind, move="publish", **fields):
        """A new record, made public."""
        moved = self.move(self.create(kind, **fields), move)
        assert moved.status_code == 200, moved.text
        return moved.json()

    def act(self, record, action, **arguments):
        """Run an action of a record."""
        return self.post(f"/{record['kind']}/{record['slug']}/actions/{action}", arguments)

    def view(self, record, name, **arguments):
        """A view of a record."""
        path = f"/{record['kind']}/{record['slug']}/views/{name}"
        return self.get(path, params=arguments)

    def read(self, record):
        """The record as it is now."""
        return self.get(f"/{record['kind']}/{record['slug']}").json()


@pytest.fixture(scope="module")
def public(served):
    """Somebody who has not signed in."""
    return Person(served, {})


@pytest.fixture(scope="module")
def editor(served):
    """An editor."""
    return Person(served, bearer(served, Role.EDITOR))


@pytest.fixture(scope="module")
def evaluator(served):
    """An evaluator."""
    return Person(served, bearer(served, Role.EVALUATOR))


@pytest.fixture(scope="module")
def admin(served):
    """An admin."""
    return Person(served, bearer(served, Role.ADMIN))


@pytest.fixture(scope="module")
def published(served):
    """Waits until nothing is left to publish, as a reader who comes back a moment later does."""

    def wait():
        programme = served.app.state.services.programme
        for _ in range(2400):
            if served.portal.call(programme.publisher.idle):
                return
            time.sleep(0.025)
        raise AssertionError("the records were not published")

    return wait
