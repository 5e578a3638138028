"""Answers are kept the same in memory and on Redis; a Redis server that is gone costs only the speed."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from assistant import Answer, MemoryAnswers, Outcome
from tests.contract import servers
from web.answer_store import ALONE_SECONDS, RedisAnswers

pytestmark = pytest.mark.anyio

ANSWER = Answer(id="", outcome=Outcome.NOT_FOUND, language="mi", message="Kāore i kitea.")


@pytest.fixture(params=["memory", "redis"])
async def store(request):
    """Each store, empty."""
    if request.param == "memory":
        yield MemoryAnswers(2, 60, lambda: 0.0)
        return
    client = Redis.from_url(request.getfixturevalue("redis_url"))
    await client.flushdb()
    yield RedisAnswers(client, 60)
    await client.aclose()


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
    client = Redis.from_url(redis_url)
    await RedisAnswers(client, 60).put("t", ANSWER)
    assert 0 < await client.pttl("govt-assistant:answer:t") <= 60_000
    await client.aclose()


async def test_memory_is_bounded():
    """The oldest answer goes when there are too many."""
    memory = MemoryAnswers(2, 60, lambda: 0.0)
    for key in "abc":
        await memory.put(key, ANSWER)
    assert [await memory.get(key) is not None for key in "abc"] == [False, True, True]


async def test_without_redis_there_are_no_answers_and_no_errors(tmp_path):
    """Questions are answered anew while it is gone, and remembered again when it is back."""
    port, clock = servers.free_port(), [0.0]
    client = Redis.from_url(f"redis://127.0.0.1:{port}/0", socket_connect_timeout=0.2)
    store = RedisAnswers(client, 60, lambda: clock[0])
    await store.put("a", ANSWER)
    assert await store.get("a") is None
    with servers.redis(tmp_path, port):
        clock[0] = ALONE_SECONDS + 1
        await store.put("a", ANSWER)
        assert await store.get("a") == ANSWER
    await client.aclose()
