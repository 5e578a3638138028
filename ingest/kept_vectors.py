"""The vectors that a version was opened with, in a file beside the store, for the next start.

A process that only answers needs the vectors of one version, once. Read from a file they are there in
milliseconds, and neither Chroma nor its 50 MB are loaded. A vector never changes under its key, so a file can
be missing but not out of date; one that does not hold what it should is as good as none.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

LEAST = 1_000
"""Keys from which on a file is worth its place; fewer are quickly read from the store."""

FILES = 4
"""Files that stay: passages and units of the last two versions."""


class KeptVectors:
    """Files in `folder`, which is made when there is something to keep."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, keys: Sequence[str]) -> NDArray[np.float32] | None:
        """The vectors of exactly these keys, mapped into memory: shape (len(keys), dimensions); or None."""
        for file in self._folder.glob(f"{_name(keys)}-*.npy"):
            with suppress(OSError, ValueError):
                found: NDArray[np.float32] = np.load(file, mmap_mode="r")
                if len(found) == len(keys) and file.name.endswith(f"-{_checksum(found)}.npy"):
                    return found
        return None

    def keep(self, keys: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Write them down, and drop the oldest files; a full or read-only disk keeps nothing."""
        if len(keys) < LEAST:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            target = self._folder / f"{_name(keys)}-{_checksum(vectors)}.npy"
            building = target.with_suffix(f".{os.getpid()}.building")
            try:
                with building.open("wb") as file:
                    np.save(file, vectors)
                building.rename(target)
            finally:
                building.unlink(missing_ok=True)
            newest = sorted(self._folder.glob("*.npy"), key=lambda each: each.stat().st_mtime, reverse=True)
            for old in newest[FILES:]:
                old.unlink(missing_ok=True)


def _name(keys: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:32]


def _checksum(vectors: NDArray[np.float32]) -> str:
    return f"{zlib.crc32(np.ascontiguousarray(vectors).data):08x}"
