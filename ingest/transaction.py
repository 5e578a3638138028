"""A transaction of a few statements, at the cost of the statements.

On SQLite every step of SQLAlchemy's asynchronous driver (a cursor, a statement, its rows, the end) is handed
to another thread and back; four steps a statement cost more than the statements. What every question does is
therefore written for an ordinary connection and runs as a whole: on SQLite at once, on an engine of the same
file that waits for nothing, and where the file is locked in a thread that waits; elsewhere on the
asynchronous connection itself (decisions 88 and 92).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import OperationalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")

THREADS = 15
"""As many as the pool lends connections: a locked file holds none of the answers' threads."""

OPTION = "beside"
"""Execution option of an engine that names its other ones."""


@dataclass(frozen=True)
class Beside:
    """Ordinary engines of the same file: one that waits for nothing, and one that waits, with its threads."""

    at_once: Engine
    patient: Engine
    threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(THREADS))


async def transact(engine: AsyncEngine, work: Callable[[Connection], T]) -> T:
    """What `work` returns, in one transaction; raises `DBAPIError`, and then nothing has changed.

    `work` runs to its end, also where who asked for it has gone; on a locked file it is begun twice.
    """
    beside: Beside | None = engine.get_execution_options().get(OPTION)
    if beside is not None:
        try:
            return _whole(beside.at_once, work)
        except OperationalError as error:
            if not _is_locked(error):
                raise
        return await to_thread.run_sync(_whole, beside.patient, work, limiter=beside.threads)
    async with engine.begin() as connection:
        return await connection.run_sync(work)


def engines(engine: AsyncEngine) -> tuple[Engine, ...]:
    """Every engine that works on the database of `engine`."""
    beside: Beside | None = engine.get_execution_options().get(OPTION)
    own = engine.sync_engine
    return (own,) if beside is None else (own, beside.at_once, beside.patient)


def _is_locked(error: OperationalError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_BUSY  # the rest of the code says why


def _whole(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.begin() as connection:
        return work(connection)
