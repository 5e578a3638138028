"""The files of an on-disk Chroma: their size, and what Chroma itself leaves lying about in them.

Run while no client of this process is open. Chroma 1.5 keeps the rows of deleted vectors' pages in its
SQLite file, and the folders of the graphs of deleted collections.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

from ingest.errors import VectorsUnavailable

if TYPE_CHECKING:
    from pathlib import Path

_DATABASE = "chroma.sqlite3"
_PATIENCE = 5.0
"""Seconds that a reader in another process may hold the file before it is left for the next time."""

_SEGMENT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def readable(folder: Path) -> None:
    """Raises `VectorsUnavailable` where the vectors in `folder` cannot be read; an empty folder can."""
    file = folder / _DATABASE
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as database:
            database.execute("SELECT count(*) FROM collections").fetchone()
    except sqlite3.Error as error:
        raise VectorsUnavailable(f"the vectors in {folder} cannot be read: {error}") from error


def used(folder: Path) -> int:
    """Bytes of all files in `folder`."""
    total = 0
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # Chroma may write at the same time
            total += file.stat().st_size if file.is_file() else 0
    return total


def vacuum(folder: Path) -> None:
    """Shrink the database's file to what is in it."""
    with suppress(sqlite3.OperationalError), closing(_open(folder)) as database:
        database.execute("VACUUM")


def drop_orphans(folder: Path) -> None:
    """Remove the folders of graphs that no collection has."""
    with suppress(sqlite3.OperationalError), closing(_open(folder)) as database:
        known = {row[0] for row in database.execute("SELECT id FROM segments")}
        for each in folder.iterdir():
            if each.is_dir() and _SEGMENT.fullmatch(each.name) and each.name not in known:
                shutil.rmtree(each, ignore_errors=True)


def _open(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{folder / _DATABASE}?mode=rw", timeout=_PATIENCE, uri=True)
