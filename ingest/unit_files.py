"""Vectors of a page's units on disk, for versions too large to hold all of them: one file a page.

Whoever needs a page's vectors first makes them and leaves them here, for other processes and the next start;
in the background they are made ahead of any question (`ingest/ahead.py`). A file is named by the very texts
that it is of, so it can be missing but not out of date; one that is damaged is as good as none.
"""

from __future__ import annotations

import os
import zlib
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock, Timeout

from ingest.model import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from numpy.typing import NDArray

_CHECKSUM = 4
"""Bytes at a file's end."""


class UnitFiles:
    """Files in `folder` of what the embedder of that name makes, `dimensions` numbers a text."""

    def __init__(self, folder: Path, embedder: str, dimensions: int) -> None:
        self._folder, self._embedder, self._dimensions = folder, embedder, dimensions

    def of(
        self, texts: Sequence[str], make: Callable[[list[str]], NDArray[np.float32]]
    ) -> NDArray[np.float32]:
        """Vectors of a page's texts, one row a text: mapped into memory, or made and kept."""
        found = self.read(texts)
        if found is None:
            found = make(list(texts))
            with suppress(OSError):  # a full or read-only disk keeps nothing
                self.keep(texts, found)
        return found

    def name(self, texts: Sequence[str]) -> str:
        """Name of the file that holds the vectors of exactly these texts."""
        return digest("\n\n".join((self._embedder, *texts)))[:32]

    def has(self, texts: Sequence[str]) -> bool:
        """Whether there is a file of these texts, whatever it holds."""
        return self._path(self.name(texts)).exists()

    def read(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """What was kept of these texts; None where nothing was, or the file is damaged."""
        path, wanted = self._path(self.name(texts)), len(texts) * self._dimensions * 4
        with suppress(OSError, ValueError):
            held = np.memmap(path, dtype=np.uint8, mode="r")
            vectors = held[:-_CHECKSUM]
            if len(vectors) == wanted and zlib.crc32(vectors.data) == _number(held[-_CHECKSUM:]):
                return vectors.view(np.float32).reshape(len(texts), self._dimensions)
            path.unlink(missing_ok=True)
        return None

    def keep(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Write them down, whole or not at all; raises `OSError`."""
        path = self._path(self.name(texts))
        path.parent.mkdir(parents=True, exist_ok=True)
        building = path.with_suffix(f".{os.getpid()}.building")
        held = np.ascontiguousarray(vectors, dtype=np.float32).tobytes()
        try:
            building.write_bytes(held + zlib.crc32(held).to_bytes(_CHECKSUM, "little"))
            building.rename(path)
        finally:
            building.unlink(missing_ok=True)

    def drop_all_but(self, names: AbstractSet[str]) -> None:
        """Delete every file that is not named, also what a process that was killed has left."""
        for path in self._folder.glob("??/*"):
            if path.name not in names:
                path.unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether this process is the one that fills the folder, which it is until the context ends."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._folder / "filling.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


def _number(held: NDArray[np.uint8]) -> int:
    return int.from_bytes(held.tobytes(), "little")
