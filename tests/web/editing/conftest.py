"""A service that reads a site on loopback, checks a small suite, and has an editor and an admin."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from tests.doubles import BagOfWords
from tests.web.editing.site import serving_site
from tests.web.people import bearer
from web.access import Role
from web.main import create_app
from web.settings import Settings

FEE = "<h2>Passport fee</h2><p>A standard passport costs {fee}.</p><p>Pay the passport fee by card.</p>"
DOG = "<h2>Dogs</h2><p>Register a dog with your council before it is three months old.</p>"
SECRET = "shared with the CMS"


@pytest.fixture(scope="module")
def site():
    """Two pages; tests edit the first."""
    with serving_site() as started:
        yield started


@pytest.fixture
def pages(site):
    """The site as it was at first; the addresses of its two pages."""
    site.pages.clear()
    return (
        site.put("/passport", "Passport fees", FEE.format(fee="$200")),
        site.put("/dogs", "Register a dog", DOG),
    )


@pytest.fixture(scope="module")
def suite(tmp_path_factory, site):
    """Two cases, one on each page."""
    cases = [
        {
            "id": "fee",
            "question": "How much does a standard passport cost?",
            "pages": [f"{site.address}/passport"],
            "facts": ["costs $"],
        },
        {"id": "dog", "question": "How do I register a dog?", "pages": [f"{site.address}/dogs"]},
    ]
    path = tmp_path_factory.mktemp("suite") / "small.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in cases), encoding="utf-8")
    return path


@pytest.fixture
def settings(tmp_path, suite):
    """An installation that may read the site."""
    return Settings(
        data_dir=tmp_path / "data",
        log_level="ERROR",
        allowed_hosts="127.0.0.1",
        allow_private_addresses=True,
        check_suites=str(suite),
        webhook_secret=SecretStr(SECRET),
        _env_file=None,
    )


@pytest.fixture
def client(settings, pages):
    """The service, empty."""
    with TestClient(create_app(settings, embedder=BagOfWords())) as started:
        yield started


@pytest.fixture
def editor(client):
    """An editor's header."""
    return bearer(client, Role.EDITOR)


@pytest.fixture
def admin(client):
    """An admin's header."""
    return bearer(client, Role.ADMIN)


@pytest.fixture
def finish(client, editor):
    """Waits for a job, and for the check that it starts; gives its result."""

    def wait(response):
        assert response.status_code == 202, response.text
        job = _over(client, editor, response.json()["id"])
        if job["result"] and job["result"].get("check"):
            job["check"] = _over(client, editor, job["result"]["check"])
        return job

    return wait


@pytest.fixture
def published(client, editor, admin, finish, pages):
    """Both pages, live as version 1."""
    job = finish(client.post("/v1/pages/read-again", json={"urls": list(pages)}, headers=editor))
    number = job["result"]["candidate"]
    done = client.post(f"/v1/versions/{number}/publish", json={"reason": "first"}, headers=admin)
    assert done.status_code == 200, done.text
    return number


def _over(client, headers, identifier):
    text = client.get(f"/v1/jobs/{identifier}/events", headers=headers).text
    assert "event: over" in text
    return client.get(f"/v1/jobs/{identifier}", headers=headers).json()
