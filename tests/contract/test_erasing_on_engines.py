"""A person is erased on PostgreSQL and a Chroma server as on the embedded engines."""

from __future__ import annotations

import time

import pytest
from fastapi.testclient import TestClient

from tests.doubles import BagOfWords
from tests.web.people import bearer
from tests.web.programme import test_erasing as embedded
from tests.web.programme.conftest import Person
from web.access import Role
from web.main import create_app


@pytest.fixture
def served(settings, capsys):
    """An application on the three engines, which logs each request."""
    talkative = settings.model_copy(update={"log_level": "INFO", "requests_per_minute": 1000})
    with TestClient(create_app(talkative, embedder=BagOfWords())) as client:
        yield client


@pytest.fixture
def editor(served):
    """An editor."""
    return Person(served, bearer(served, Role.EDITOR))


@pytest.fixture
def admin(served):
    """An admin."""
    return Person(served, bearer(served, Role.ADMIN))


@pytest.fixture
def published(served):
    """Waits until every change is in the index."""
    publisher = served.app.state.services.programme.publisher

    def wait():
        for _ in range(2400):
            if served.portal.call(publisher.idle):
                return
            time.sleep(0.025)
        raise AssertionError("the records were not published")

    return wait


def test_nothing_of_an_erased_person_is_left_on_the_engines(served, editor, admin, published, capsys):
    """No table, history, page, vector or log of PostgreSQL and the Chroma server names them."""
    embedded.test_nothing_of_an_erased_person_is_left_anywhere(served, editor, admin, published)
    printed = capsys.readouterr().err
    assert "/v1/programme/erasures" in printed
    assert not [word for word in embedded.WORDS if word in printed]
