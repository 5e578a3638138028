"""The engines past one machine, started for real; each test has a database of its own on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from redis import Redis

from ingest import Catalog, ChromaVectors, Index, chroma_server, create_tables, open_engine, sync
from ingest.chroma_clients import close_client
from tests.contract import servers
from tests.doubles import BagOfWords, Pages
from tests.web.conftest import PAGES
from web.main import create_app, now
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server."""
    with servers.postgresql() as address:
        yield address


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory) -> Iterator[str]:
    """The address of a Redis server."""
    with servers.redis(tmp_path_factory.mktemp("redis")) as address:
        yield address


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory) -> Iterator[str]:
    """The address of a Chroma server."""
    with servers.chroma(tmp_path_factory.mktemp("chroma")) as address:
        yield address


@pytest.fixture
def database_url(postgresql_server) -> Iterator[str]:
    """The address of an empty PostgreSQL database, as an operator writes it."""
    with servers.database(postgresql_server) as address:
        yield address


@pytest.fixture
async def index(database_url, empty_chroma, embedder) -> AsyncIterator[Index]:
    """An empty index on PostgreSQL and a Chroma server, in place of SQLite and Chroma on disk."""
    engine = open_engine(database_url)
    await create_tables(engine)
    vectors = ChromaVectors(chroma_server(*_address(empty_chroma)), embedder.name)
    yield Index(Catalog(engine), vectors, embedder)
    await vectors.close()
    await engine.dispose()


@pytest.fixture
def empty_chroma(chroma_url) -> str:
    """The address of the Chroma server, which holds nothing."""
    client = chroma_server(*_address(chroma_url))()
    for collection in client.list_collections():
        client.delete_collection(collection.name)
    close_client(client)
    return chroma_url


@pytest.fixture
def empty_redis(redis_url) -> str:
    """The address of the Redis server, which holds nothing."""
    with Redis.from_url(redis_url) as client:
        client.flushdb()
    return redis_url


@pytest.fixture
def settings(tmp_path, database_url, empty_chroma, empty_redis):
    """An installation on all three engines, in place of the embedded ones."""
    return Settings(
        data_dir=tmp_path / "data",
        database_url=database_url,
        chroma_url=empty_chroma,
        redis_url=empty_redis,
        log_level="ERROR",
        _env_file=None,
    )


@pytest.fixture
def empty(settings) -> Iterator[TestClient]:
    """The service on these engines before anything was ingested."""
    with TestClient(create_app(settings, embedder=BagOfWords())) as client:
        yield client


@pytest.fixture
def client(empty) -> TestClient:
    """The service over three pages."""
    index = empty.app.state.services.index
    empty.portal.call(lambda: sync(Pages(PAGES), index, now=now))
    return empty


def _address(url: str) -> tuple[str, int]:
    host, _, port = url.removeprefix("http://").partition(":")
    return host, int(port)
