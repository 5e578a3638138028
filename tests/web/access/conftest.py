"""Access on a database of its own, with a clock that can be moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete

from ingest import create_tables, open_engine
from tests.doubles import BagOfWords
from web.access import Audit, Keys
from web.access.attempts import Attempts
from web.access.tables import access_keys, access_sessions
from web.main import create_app
from web.settings import Settings


class Clock:
    """A clock that goes on when told."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def later(self, by: timedelta) -> None:
        self.at += by


@pytest.fixture
def clock():
    """Stands still until it is moved."""
    return Clock()


@pytest.fixture
async def engine(tmp_path):
    """A database with all tables."""
    opened = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'access.db'}")
    await create_tables(opened)
    yield opened
    await opened.dispose()


@pytest.fixture
def audit(engine, clock):
    """A trail whose redactor takes one name out."""
    return Audit(engine, clock, redact=lambda text: text.replace("Bob", "<PERSON>"))


@pytest.fixture
def keys(engine, audit, clock):
    """No key yet."""
    return Keys(engine, audit, clock)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """One installation for all tests of a file."""
    return Settings(data_dir=tmp_path_factory.mktemp("access"), log_level="ERROR", _env_file=None)


@pytest.fixture(scope="module")
def served(settings):
    """One served application for all tests of a file."""
    with TestClient(create_app(settings, embedder=BagOfWords())) as started:
        yield started


@pytest.fixture
def client(served):
    """The service as nobody has used it: no key, nobody signed in, no failure counted."""
    services = served.app.state.services

    async def forget():
        async with services.engine.begin() as connection:
            await connection.execute(delete(access_keys))
            await connection.execute(delete(access_sessions))

    served.portal.call(forget)
    served.cookies.clear()
    served.base_url = "http://testserver"
    vars(services.access)["attempts"] = Attempts()
    return served
