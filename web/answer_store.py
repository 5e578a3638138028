"""Where answers are kept for a while: in this process, or on a Redis server for all replicas."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from assistant import MemoryAnswers

if TYPE_CHECKING:
    from assistant import AnswerStore
    from web.redis_server import RedisServer
    from web.settings import Settings


def answer_store(settings: Settings, redis: RedisServer | None) -> AnswerStore | None:
    """The store that `settings` ask for; None where answers are not kept."""
    seconds = settings.answer_cache_minutes * 60
    if not seconds:
        return None
    if redis is None:
        return MemoryAnswers(settings.answer_cache_size, seconds, time.monotonic)
    from web.redis_answers import RedisAnswers  # imports Redis

    return RedisAnswers(redis, seconds)
