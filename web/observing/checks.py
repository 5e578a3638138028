"""The state of each thing that the service depends on, and what to do where it is not well."""

from __future__ import annotations

import asyncio
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ingest import IngestError
from ingest.errors import VectorsUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from web.dependencies import Parts

PATIENCE = 2.0
"""Seconds that one dependency may take to answer."""

LEAST_FREE = 500_000_000
"""Bytes free in the data folder below which ingest may fail."""

PROBE = "Passport"


@dataclass(frozen=True, slots=True)
class Checked:
    """How one dependency is. Without one that is `needed` no question is answered."""

    name: str
    ok: bool
    needed: bool
    detail: str
    what_to_do: str = ""
    milliseconds: float = 0.0


class Unwell(Exception):
    """A dependency is not well: what is wrong, and what to do."""

    def __init__(self, detail: str, what_to_do: str) -> None:
        super().__init__(detail)
        self.what_to_do = what_to_do


WHERE = {
    "database": "Start the database, or correct GOVT_ASSISTANT_DATABASE_URL.",
    "index": "It is being opened, which a large one takes a while for: try again.",
    "vectors": "Start the vector server, or correct GOVT_ASSISTANT_CHROMA_URL. Answers go on from memory.",
    "redis": "Start Redis, or correct GOVT_ASSISTANT_REDIS_URL. Answers go on meanwhile.",
}
"""What to do about what does not answer in time."""


async def check_dependencies(built: Parts) -> list[Checked]:
    """All of them at once; each within `PATIENCE`. Never raises."""
    needed: list[tuple[str, bool, Callable[[Parts], Awaitable[str]]]] = [
        ("database", True, _database),
        ("index", True, _index),
        ("embedder", True, _embedder),
        ("vectors", False, _vectors),
        ("redis", False, _redis),
        ("disk", False, _disk),
    ]
    return list(await asyncio.gather(*(checked(built, *each) for each in needed)))


async def checked(built: Parts, name: str, needed: bool, check: Callable[[Parts], Awaitable[str]]) -> Checked:
    """What `check` finds, within `PATIENCE`. Never raises."""
    began = time.monotonic()
    ok, what_to_do = False, ""
    try:
        async with asyncio.timeout(PATIENCE):
            detail = await check(built)
        ok = True
    except (Unwell, IngestError) as error:
        detail, what_to_do = str(error), error.what_to_do
    except TimeoutError:
        detail = f"It does not answer within {PATIENCE:g} seconds."
        what_to_do = WHERE.get(name, f"Look whether {name} can be reached from here, and whether it is busy.")
    except Exception as error:  # noqa: BLE001 whatever is wrong with a dependency is what is asked for
        detail, what_to_do = f"It failed ({type(error).__name__}).", "Look at the log."
    return Checked(name, ok, needed, detail, what_to_do, round((time.monotonic() - began) * 1000, 1))


async def _database(built: Parts) -> str:
    try:
        async with built.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError) as error:
        raise Unwell(
            f"The database cannot be reached ({type(error).__name__}).",
            "Start it, or correct GOVT_ASSISTANT_DATABASE_URL. Answers go on as soon as it is back.",
        ) from error
    return built.engine.dialect.name


async def _index(built: Parts) -> str:
    snapshot = await built.index.live()
    return f"version {snapshot.version}, {len(snapshot.pages):,} pages"


async def _embedder(built: Parts) -> str:
    await asyncio.to_thread(built.index.embedder.read, PROBE)
    return built.index.embedder.name


async def _vectors(built: Parts) -> str:
    try:
        await built.index.vectors.check()
    except VectorsUnavailable as error:
        if built.settings.chroma_url is None:
            raise
        raise Unwell(str(error), WHERE["vectors"]) from error
    return built.settings.chroma_url or "on disk"


async def _redis(built: Parts) -> str:
    if built.settings.redis_url is None:
        return "not configured: each process counts alone"
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    client = Redis.from_url(built.settings.redis_url, socket_connect_timeout=PATIENCE)
    try:
        await client.ping()
    except (RedisError, OSError) as error:
        raise Unwell(
            f"Redis cannot be reached ({type(error).__name__}); each process counts alone.",
            "Start it, or correct GOVT_ASSISTANT_REDIS_URL. Answers go on meanwhile.",
        ) from error
    finally:
        await client.aclose()
    return "answers"


async def _disk(built: Parts) -> str:
    free = shutil.disk_usage(built.settings.data_dir).free
    if free < LEAST_FREE:
        raise Unwell(
            f"{free / 1e6:,.0f} MB are free in the data folder.",
            "Make room there, or run `govt-assistant index prune`. Answers go on; ingest may fail.",
        )
    return f"{free / 1e9:,.1f} GB free"
