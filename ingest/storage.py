"""The file of an SQLite database: its size, and giving back what is free in it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
from sqlalchemy.exc import OperationalError

from ingest import database as db

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


LEAST_PAGES = 256
"""Free pages of the file below which it is not worth while to write it anew."""

CHECKPOINTS, BETWEEN = 5, 0.2
"""How often the log is copied into the file, and seconds between: SQLite does not wait, whatever its
`busy_timeout`, where another connection is copying at that moment, as one does after a large commit."""


async def bytes_used(engine: AsyncEngine) -> int:
    """Bytes of the database's files; 0 for one that is not a file here."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        return 0
    files = [Path(path + ending) for ending in ("", "-wal", "-shm")]
    return sum(await anyio.to_thread.run_sync(lambda: [_size(file) for file in files]))


async def give_back(engine: AsyncEngine, *, least: float) -> bool:
    """Shrink the file where at least the share `least` of it is free.

    A reader that holds the file back is let be: the next time will do. False where one did, so that what
    was deleted can still be in the file.
    """
    if engine.dialect.name != "sqlite":
        return True  # PostgreSQL's autovacuum sees to it
    async with db.connect(engine) as connection:
        free, pages = await _pragma(connection, "freelist_count"), await _pragma(connection, "page_count")
    if least > 0 and (free < LEAST_PAGES or free < least * pages):
        return True
    with suppress(OperationalError):
        async with engine.connect() as connection:
            plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await plain.exec_driver_sql("VACUUM")
            for _ in range(CHECKPOINTS):
                if not (await plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).scalar():
                    return True
                await anyio.sleep(BETWEEN)
    return False


async def _pragma(connection: AsyncConnection, name: str) -> int:
    return int((await connection.exec_driver_sql(f"PRAGMA {name}")).scalar() or 0)


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
