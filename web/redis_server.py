"""One Redis server for all replicas: never waited for long, and left alone while it cannot be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import anyio
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from web.breakers import Breaker

T = TypeVar("T")

SECONDS = 0.25
"""What a question waits for Redis at the most, one retry included."""


class RedisAway(Exception):
    """The server cannot be reached, takes too long, or was found so a moment ago."""


class RedisServer:
    """Connections to the server at `url`; raises `ValueError` for an address that is none of Redis."""

    def __init__(self, url: str, breaker: Breaker) -> None:
        again = Retry(ExponentialWithJitterBackoff(base=0.01, cap=0.05), 1)
        self._breaker = breaker
        self._client = Redis.from_url(
            url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS, retry=again
        )

    async def do(self, work: Callable[[Redis], Awaitable[T]]) -> T:
        """What `work` gives; raises `RedisAway`."""
        if self._breaker.is_open:
            raise RedisAway
        try:
            with self._breaker.call(), anyio.fail_after(SECONDS):
                return await work(self._client)
        except (RedisError, OSError, TimeoutError) as error:
            raise RedisAway from error

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()
