"""Counters on a Redis server, for all replicas."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from web.quota import WINDOW, Counted, CountersAway, Limit, Quota
from web.redis_server import RedisAway

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from redis.asyncio import Redis

    from web.redis_server import RedisServer

PREFIX = "govt-assistant:"
SCRIPT = Path(__file__).with_name("moving_window.lua")
DAY_SECONDS = 86_400


class RedisCounters:
    """One round trip a question, whatever it is counted under; who asks is kept as a digest, a minute."""

    def __init__(self, server: RedisServer) -> None:
        self.server = server
        self._script = SCRIPT.read_text(encoding="utf-8")

    async def count(self, limits: Sequence[Limit]) -> Counted:
        keys = [PREFIX + f"asked:{each.level}:{_digest(each.who)}" for each in limits]
        most = [each.most for each in limits]

        async def counting(client: Redis) -> Any:
            run = client.register_script(self._script)
            return await run(keys, [secrets.token_hex(8), WINDOW * 1000, *most])

        counted, *told = await self._do(counting)
        pairs = zip(limits, told[::2], told[1::2], strict=True)
        return Counted(bool(counted), tuple(_quota(*each) for each in pairs))

    async def tokens(self) -> int:
        async def reading(client: Redis) -> Any:
            return await client.get(_today())

        return int(await self._do(reading) or 0)

    async def spend(self, tokens: int) -> None:
        async def adding(client: Redis) -> Any:
            async with client.pipeline() as pipeline:
                pipeline.incrby(_today(), tokens)
                pipeline.expire(_today(), DAY_SECONDS)
                return await pipeline.execute()

        await self._do(adding)

    async def _do(self, work: Callable[[Redis], Awaitable[Any]]) -> Any:
        try:
            return await self.server.do(work)
        except RedisAway as error:
            raise CountersAway from error


def _digest(who: str) -> str:
    return hashlib.blake2b(who.encode(), digest_size=16).hexdigest()


def _today() -> str:
    return f"{PREFIX}tokens:{datetime.now(UTC):%Y-%m-%d}"


def _quota(limit: Limit, held: int, milliseconds: int) -> Quota:
    return Quota(limit.level, limit.most, max(0, limit.most - held), max(1, round(milliseconds / 1000)))
