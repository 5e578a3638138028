"""Limits over Redis: replicas count as one, and a lost server never lets a limit go."""

from __future__ import annotations

import pytest

from tests.contract import servers
from web.problems import TooManyRequests
from web.rates import ALONE_SECONDS, Rates
from web.settings import Settings


def rates(redis_url, **more):
    """The counters of one replica."""
    return Rates.build(Settings(redis_url=redis_url, requests_per_minute=3, _env_file=None, **more))


def refused(replica, address):
    """Whether one more question of that address is refused."""
    try:
        replica.ask(address)
    except TooManyRequests:
        return True
    return False


def test_replicas_count_as_one_exactly(redis_url):
    """Whichever replica takes them, the fourth question of three allowed is refused."""
    first, second = rates(redis_url), rates(redis_url)
    asked = [refused(replica, "203.0.113.1") for replica in (first, second, first, second, first)]
    assert asked == [False, False, False, True, True]
    assert not refused(second, "203.0.113.2"), "another address is not concerned"
    first.close()
    second.close()


def test_a_days_tokens_are_shared(redis_url):
    """What one replica's model used, the others may not use again."""
    redis_url = redis_url.removesuffix("0") + "9"  # other tests use up tokens of the first
    first, second = rates(redis_url, model_tokens_per_day=100), rates(redis_url, model_tokens_per_day=100)
    assert second.affords()
    first.spend(100)
    assert not second.affords()
    first.close()
    second.close()


def test_without_redis_each_process_counts_alone_and_comes_back(tmp_path):
    """While the server is gone the limit holds in each process; when it is back they count together again."""
    port, clock = servers.free_port(), [0.0]
    with servers.redis(tmp_path, port) as url:
        replica = rates(url)
        replica.clock = lambda: clock[0]
        assert [refused(replica, "a") for _ in range(3)] == [False] * 3
    assert [refused(replica, "a") for _ in range(4)] == [False, False, False, True]
    with servers.redis(tmp_path, port) as url:
        assert refused(replica, "a"), "it has not looked again yet"
        clock[0] = ALONE_SECONDS + 1
        other = rates(url)
        assert [refused(each, "a") for each in (replica, other, replica, other)] == [False] * 3 + [True]
        replica.close()
        other.close()


def test_an_address_that_is_not_redis_is_refused_at_once():
    """A wrong setting stops the start, instead of every replica counting alone in silence."""
    with pytest.raises(ValueError, match="redis"):
        rates("http://localhost:6379")
