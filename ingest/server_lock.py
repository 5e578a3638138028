"""One writer over all machines that share a PostgreSQL server: a lock of its session that dies with it."""

from __future__ import annotations

import os
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from ingest.database import NOTICES, with_driver
from ingest.errors import IndexLocked, StorageFailed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncConnection

KEY = 0x676F7674
"""The lock's number in each database; PostgreSQL's manual, “Advisory Locks”."""

NAME_BYTES = 63
"""Of a session's name, which says who holds the lock."""

_NOTICED = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
"""How soon the server notices that the holder's machine is gone, and lets go: 25 seconds."""

_HOLDER = text(
    "SELECT a.application_name, a.backend_start FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
    "JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND l.granted "
    "AND d.datname = current_database() AND l.classid = 0 AND l.objid = :key"
)


@asynccontextmanager
async def holding(url: str, what: str) -> AsyncIterator[None]:
    """Hold the lock of the database at `url`; raises `IndexLocked` naming who holds it, `StorageFailed`.

    On another database than PostgreSQL nothing is held: no second machine can reach it.
    """
    address = with_driver(url)
    if not address.startswith("postgresql"):
        yield
        return
    name = f"process {os.getpid()} on {socket.gethostname()}, {what}"
    settings = {
        **NOTICES,
        "application_name": name.encode()[:NAME_BYTES].decode(errors="ignore"),
        "options": _NOTICED,
    }
    engine = create_async_engine(
        address, poolclass=NullPool, connect_args=settings, isolation_level="AUTOCOMMIT"
    )
    try:
        connection = await engine.connect()
        await _take(connection)
    except DBAPIError as error:
        raise StorageFailed.of(error.orig or error) from error
    try:
        yield
    finally:
        await connection.invalidate()  # the session ends, and with it the lock
        await connection.close()
        await engine.dispose()


async def _take(connection: AsyncConnection) -> None:
    if await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": KEY}):
        return
    holder = (await connection.execute(_HOLDER, {"key": KEY})).first()
    await connection.close()
    if holder is None:  # it is just ending
        raise IndexLocked("the index is being written from another machine")
    raise IndexLocked(
        f"the index is being written by {holder.application_name}, since {holder.backend_start:%H:%M:%S %Z}",
        what_to_do="Wait until it ends, or stop that process there. What answers now goes on answering.",
    )
