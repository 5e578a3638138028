"""Answers on a Redis server, for all replicas."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog
from pydantic import TypeAdapter, ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from assistant import Answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AsyncExitStack

REDIS_SECONDS = 0.25
"""What a question waits for Redis at the most."""

ALONE_SECONDS = 5.0
"""How long a process does without Redis before it tries again."""

PREFIX = "govt-assistant:answer:"

_ANSWER = TypeAdapter(Answer)
_log = structlog.get_logger("web")


class RedisAnswers:
    """Answers on a Redis server, each for `seconds`; while it cannot be reached there are none."""

    def __init__(self, client: Redis, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._client, self._milliseconds, self._clock = client, max(1, round(seconds * 1000)), clock
        self._without_until = 0.0

    async def get(self, key: str) -> Answer | None:
        if self._clock() < self._without_until:
            return None
        try:
            held = await self._client.get(PREFIX + key)
            return _ANSWER.validate_json(held) if held else None
        except (RedisError, OSError, ValidationError) as error:
            self._failed(error)
            return None

    async def put(self, key: str, answer: Answer) -> None:
        if self._clock() < self._without_until:
            return
        try:
            await self._client.set(PREFIX + key, _ANSWER.dump_json(answer), px=self._milliseconds)
        except (RedisError, OSError) as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, ValidationError):  # another release's answer is no reason to stay away
            self._without_until = self._clock() + ALONE_SECONDS
        _log.warning("answers on redis cannot be used", error=type(error).__name__)


def open_redis(url: str, seconds: float, stack: AsyncExitStack) -> RedisAnswers:
    """Answers on that server, each for `seconds`; `stack` lets go of the connections."""
    client = Redis.from_url(url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS)
    stack.push_async_callback(client.aclose)
    return RedisAnswers(client, seconds)
