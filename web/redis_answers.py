"""Answers on a Redis server, for all replicas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from pydantic import TypeAdapter, ValidationError

from assistant import Answer
from web.redis_server import RedisAway

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from web.redis_server import RedisServer

PREFIX = "govt-assistant:answer:"

_ANSWER = TypeAdapter(Answer)
_log = structlog.get_logger("web")


class RedisAnswers:
    """Answers on a Redis server, each for `seconds`; while it cannot be reached there are none."""

    def __init__(self, server: RedisServer, seconds: float) -> None:
        self._server, self._milliseconds = server, max(1, round(seconds * 1000))

    async def get(self, key: str) -> Answer | None:
        async def reading(client: Redis) -> Any:
            return await client.get(PREFIX + key)

        try:
            held = await self._server.do(reading)
            return _ANSWER.validate_json(held) if held else None
        except RedisAway:
            return None
        except ValidationError:
            _log.warning("an answer on redis is another release's")
            return None

    async def put(self, key: str, answer: Answer) -> None:
        async def writing(client: Redis) -> Any:
            return await client.set(PREFIX + key, _ANSWER.dump_json(answer), px=self._milliseconds)

        try:
            await self._server.do(writing)
        except RedisAway:
            return
