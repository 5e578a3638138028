"""Answers are kept the same in memory and on Redis; a Redis server that is gone costs only the speed."""

from __future__ import annotations

import circuitbreaker
import pytest
from fastapi.testclient import TestClient
from redis.asyncio import Redis

from assistant import Answer, MemoryAnswers, Outcome
from ingest import sync
from tests.contract import servers
from tests.doubles import BagOfWords, Pages, page
from tests.web.conftest import PAGES
from web import breakers
from web.breakers import Breaker
from web.main import create_app, now
from web.redis_answers import RedisAnswers
from web.redis_server import RedisServer
from web.settings import Settings

pytestmark = pytest.mark.anyio

ANSWER = Answer(id="", outcome=Outcome.NOT_FOUND, language="mi", message="Kāore i kitea.")


@pytest.fixture(params=["memory", "redis"])
async def store(request):
    """Each store, empty."""
    if request.param == "memory":
        yield MemoryAnswers(2, 60, lambda: 0.0)
        return
    server = RedisServer(request.getfixturevalue("empty_redis"), Breaker("redis", breakers.REDIS))
    yield RedisAnswers(server, 60)
    await server.aclose()


async def test_what_was_put_is_got_whole(store):
    """The answer comes back equal, under its own key only."""
    await store.put("a", ANSWER)
    assert await store.get("a") == ANSWER
    assert await store.get("b") is None


async def test_an_answer_is_kept_for_its_time_only(redis_url):
    """Redis is told when to forget it; memory looks at its clock."""
    clock = [0.0]
    memory = MemoryAnswers(2, 60, lambda: clock[0])
    await memory.put("a", ANSWER)
    clock[0] = 61
    assert await memory.get("a") is None
    server = RedisServer(redis_url, Breaker("redis", breakers.REDIS))
    await RedisAnswers(server, 60).put("t", ANSWER)
    await server.aclose()
    async with Redis.from_url(redis_url) as client:
        assert 0 < await client.pttl("govt-assistant:answer:t") <= 60_000


def test_two_installations_on_one_server_never_share_answers(tmp_path, redis_url):
    """Each counts its versions from 1: what stands on the pages tells them apart."""
    answers = []
    for name, fee in (("one", "$100"), ("two", "$999")):
        text = PAGES[0].text.replace("$100", fee)
        chosen = Settings(data_dir=tmp_path / name, redis_url=redis_url, log_level="ERROR", _env_file=None)
        with TestClient(create_app(chosen, embedder=BagOfWords())) as client:
            pages = Pages([page("renew-a-passport", text)])
            client.portal.call(lambda held=pages, c=client: sync(held, c.app.state.services.index, now=now))
            asked = {"question": "How much does a standard passport cost?"}
            answers.append(client.post("/v1/answers", json=asked).json())
    assert [each["cached"] for each in answers] == [False, False]
    assert "$999" in str(answers[1]["sentences"]) and "$100" not in str(answers[1]["sentences"])


async def test_memory_is_bounded():
    """The oldest answer goes when there are too many."""
    memory = MemoryAnswers(2, 60, lambda: 0.0)
    for key in "abc":
        await memory.put(key, ANSWER)
    assert [await memory.get(key) is not None for key in "abc"] == [False, True, True]


async def test_without_redis_there_are_no_answers_and_no_errors(tmp_path, monkeypatch):
    """Questions are answered anew while it is gone, and remembered again when it is back."""
    port, clock = servers.free_port(), [1_000.0]
    monkeypatch.setattr(circuitbreaker, "monotonic", lambda: clock[0])
    server = RedisServer(f"redis://127.0.0.1:{port}/0", Breaker("redis", breakers.REDIS))
    store = RedisAnswers(server, 60)
    await store.put("a", ANSWER)
    assert await store.get("a") is None
    with servers.redis(tmp_path, port):
        clock[0] += breakers.REDIS.seconds + 1
        await store.put("a", ANSWER)
        assert await store.get("a") == ANSWER
    await server.aclose()
