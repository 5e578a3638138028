"""Limits in memory and over Redis: replicas count as one, and a lost server never lets a limit go."""

from __future__ import annotations

import circuitbreaker
import pytest
from redis.asyncio import Redis

from tests.contract import servers
from web import breakers
from web.breakers import Breaker
from web.memory_counters import MemoryCounters
from web.problems import TooManyRequests
from web.quota import Limit
from web.rates import Asker, Rates
from web.redis_counters import RedisCounters
from web.redis_server import RedisServer
from web.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["memory", "redis"])
async def counters(request):
    """Each implementation, empty."""
    if request.param == "memory":
        yield MemoryCounters()
        return
    server = RedisServer(request.getfixturevalue("empty_redis"), Breaker("redis", breakers.REDIS))
    yield RedisCounters(server)
    await server.aclose()


@pytest.fixture
async def replica():
    """Makes the rates of one replica."""
    made = []

    def rates(redis_url, **more):
        settings = Settings(redis_url=redis_url, requests_per_minute=3, _env_file=None, **more)
        made.append(Rates.build(settings))
        return made[-1]

    yield rates
    for each in made:
        await each.aclose()


async def refused(rates, address, **more):
    """The level whose limit refuses one more question; "" where it is counted."""
    try:
        await rates.ask(Asker(address, **more))
    except TooManyRequests as error:
        return error.level
    return ""


async def test_a_question_counts_under_every_limit_or_under_none(counters):
    """Where the conversation's limit is full, the address has not lost anything."""
    limits = [Limit("address", "a", 3), Limit("session", "s", 1)]
    first, second = await counters.count(limits), await counters.count(limits)
    assert (first.allowed, [each.left for each in first.quotas]) == (True, [2, 0])
    assert (second.allowed, [each.left for each in second.quotas]) == (False, [2, 0])
    assert all(1 <= each.seconds <= 60 for each in (*first.quotas, *second.quotas))
    assert (await counters.count([Limit("address", "a", 3)])).allowed


async def test_levels_do_not_meet(counters):
    """A key that is named as somebody's conversation is another thing."""
    assert (await counters.count([Limit("key", "x", 1)])).allowed
    assert (await counters.count([Limit("session", "x", 1)])).allowed
    assert not (await counters.count([Limit("key", "x", 1)])).allowed


async def test_tokens_of_a_day_add_up(counters):
    """Nothing was used at first."""
    assert await counters.tokens() == 0
    await counters.spend(70)
    await counters.spend(50)
    assert await counters.tokens() == 120


async def test_replicas_count_as_one_exactly(replica, empty_redis):
    """Whichever replica takes them, the fourth question of three allowed is refused."""
    first, second = replica(empty_redis), replica(empty_redis)
    asked = [await refused(each, "203.0.113.1") for each in (first, second, first, second, first)]
    assert asked == ["", "", "", "address", "address"]
    assert not await refused(second, "203.0.113.2"), "another address is not concerned"


async def test_each_level_has_its_own_limit(replica, empty_redis):
    """A conversation across addresses, and a key in place of the address that it is used from."""
    one = replica(empty_redis, session_requests_per_minute=2, key_requests_per_minute=4)
    assert [await refused(one, f"203.0.113.{n}", session="s") for n in range(3)] == ["", "", "session"]
    assert [await refused(one, "198.51.100.1", key="k") for _ in range(5)] == ["", "", "", "", "key"]
    assert not await refused(one, "198.51.100.1"), "its address has not been counted"
    assert [await refused(one, "198.51.100.2", key="small", most=1) for _ in range(2)] == ["", "key"]


async def test_addresses_of_one_subscriber_count_as_one(replica, empty_redis):
    """An IPv6 subscriber cannot take another address for each question."""
    one = replica(empty_redis)
    asked = [await refused(one, f"2001:db8:1:2::{n}") for n in range(4)]
    assert asked == ["", "", "", "address"]
    assert not await refused(one, "2001:db8:1:3::1")


async def test_redis_keeps_no_address(replica, empty_redis):
    """Who asked is kept as a digest, and for a minute."""
    await replica(empty_redis).ask(Asker("203.0.113.7"))
    async with Redis.from_url(empty_redis) as client:
        keys = [key async for key in client.scan_iter()]
        assert len(keys) == 1 and b"203.0.113.7" not in keys[0]
        assert 0 < await client.pttl(keys[0]) <= 60_000


async def test_a_days_tokens_are_shared(replica, empty_redis):
    """What one replica's model used, the others may not use again."""
    first = replica(empty_redis, model_tokens_per_day=100)
    second = replica(empty_redis, model_tokens_per_day=100)
    assert await second.affords()
    await first.spend(100)
    assert not await second.affords()


async def test_without_redis_each_process_counts_alone_and_comes_back(replica, tmp_path, monkeypatch):
    """While the server is gone the limit holds in each process; when it is back they count together again."""
    port, clock = servers.free_port(), [1_000.0]
    monkeypatch.setattr(circuitbreaker, "monotonic", lambda: clock[0])
    with servers.redis(tmp_path, port) as url:
        one = replica(url)
        assert [await refused(one, "a") for _ in range(3)] == [""] * 3
    assert [await refused(one, "a") for _ in range(4)] == ["", "", "", "address"]
    with servers.redis(tmp_path, port) as url:
        assert await refused(one, "a") == "address", "it has not looked again yet"
        clock[0] += breakers.REDIS.seconds + 1
        other = replica(url)
        asked = [await refused(each, "a") for each in (one, other, one, other)]
        assert asked == ["", "", "", "address"]


def test_an_address_that_is_not_redis_is_refused_at_once():
    """A wrong setting stops the start, instead of every replica counting alone in silence."""
    with pytest.raises(ValueError, match="redis"):
        Rates.build(Settings(redis_url="http://localhost:6379", _env_file=None))
