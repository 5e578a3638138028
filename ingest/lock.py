"""One writer at a time: a lock file that names its holder and dies with its process."""

from __future__ import annotations

import json
import os
import socket
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from ingest.errors import IndexLocked
from ingest.server_lock import holding

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path


@asynccontextmanager
async def writing(folder: Path, what: str, database_url: str | None = None) -> AsyncIterator[None]:
    """Hold the writer's lock of the index in `folder`; raises `IndexLocked` naming who holds it.

    With a PostgreSQL `database_url` it is the only writer among all machines on that database, too. The
    operating system, or the server, lets go of the lock when its process ends, however it ends.
    """
    with _holding_here(folder, what):
        async with holding(database_url or "", what):
            yield


@contextmanager
def _holding_here(folder: Path, what: str) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "writer.lock")
    holder = folder / "writer.json"
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise _locked(holder) from error
    try:
        known = {"process": os.getpid(), "host": socket.gethostname(), "doing": what}
        holder.write_text(json.dumps(known))
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _locked(holder: Path) -> IndexLocked:
    try:
        known = json.loads(holder.read_text())
        since = datetime.fromtimestamp(holder.stat().st_mtime, UTC)
        process, host, doing = known["process"], known["host"], known["doing"]
    except (OSError, ValueError, KeyError):  # it has just begun, or is just ending
        return IndexLocked("the index is being written by another process")
    return IndexLocked(
        f"the index is being written by process {process} on {host} since {since:%H:%M:%S} UTC ({doing})",
        what_to_do=f"Wait until it ends, or stop it: kill {process}. What answers now goes on answering.",
    )
