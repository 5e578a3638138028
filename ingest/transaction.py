"""A transaction of a few statements, at the cost of one change of thread.

On SQLite every step of SQLAlchemy's asynchronous driver (a cursor, a statement, its rows, the end) is handed
to another thread and back; four steps a statement cost more than the statements. What every question does is
therefore written for an ordinary connection and runs as a whole: on SQLite in a thread, on an engine of the
same file, elsewhere on the asynchronous connection itself (decision 88).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from anyio import CapacityLimiter, to_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")

THREADS = 15
"""As many as the pool lends connections: a locked file holds none of the answers' threads."""

OPTION = "in_threads"
"""Execution option of an engine that names its other one."""


@dataclass(frozen=True)
class InThreads:
    """An ordinary engine of the same file, and the threads that may use it."""

    engine: Engine
    threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(THREADS))


async def transact(engine: AsyncEngine, work: Callable[[Connection], T]) -> T:
    """What `work` returns, in one transaction; raises `DBAPIError`, and then nothing has changed.

    `work` runs to its end, also where who asked for it has gone.
    """
    beside: InThreads | None = engine.get_execution_options().get(OPTION)
    if beside is not None:
        return await to_thread.run_sync(_whole, beside.engine, work, limiter=beside.threads)
    async with engine.begin() as connection:
        return await connection.run_sync(work)


def engines(engine: AsyncEngine) -> tuple[Engine, ...]:
    """Every engine that works on the database of `engine`."""
    beside: InThreads | None = engine.get_execution_options().get(OPTION)
    return (engine.sync_engine,) if beside is None else (engine.sync_engine, beside.engine)


def _whole(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.begin() as connection:
        return work(connection)
