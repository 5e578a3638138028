"""One writer at a time: a lock file that names its holder and dies with its process."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from ingest.errors import IndexLocked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def writing(folder: Path, what: str) -> Iterator[None]:
    """Hold the writer's lock of the index in `folder`; raises `IndexLocked` naming who holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "writer.lock")
    holder = folder / "writer.json"
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise IndexLocked(f"the index is being written by {_describe(holder)}") from error
    try:
        holder.write_text(json.dumps({"process": os.getpid(), "doing": what}))
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _describe(holder: Path) -> str:
    try:
        known = json.loads(holder.read_text())
        return f"process {known['process']} ({known['doing']})"
    except (OSError, ValueError, KeyError):
        return "another process"
