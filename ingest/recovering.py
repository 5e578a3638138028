"""An embedder that notices when its files are damaged while it runs, and has them made again by itself.

The weights are mapped from a file, so whatever overwrites that file changes vectors without an error.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from ingest.embedding import OnnxEmbedder, exported, open_embedder, set_aside
from ingest.errors import EmbedderError
from ingest.exporting import export_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ingest.embedding import Embedder

EVERY = 2.0
"""Seconds between two looks at known values, which take two to six milliseconds, and two attempts."""

RESTS_AFTER = 10.0
"""Seconds without a page to embed until what reads pages is given back."""

RESTART = "Restart the service. If it does not start then, bring back the models folder, or the image."

_log = structlog.get_logger("ingest")


class RecoveringEmbedder:
    """`first` until it is damaged, then what `remake` gives; until that is done it raises `EmbedderError`."""

    def __init__(
        self,
        first: OnnxEmbedder,
        remake: Callable[[], OnnxEmbedder],
        *,
        every: float = EVERY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name, self.dimensions = first.name, first.dimensions
        self._now, self._remake = first, remake
        self._every, self._clock = every, clock
        self._looked_at = self._embedded_at = clock()
        self._damaged, self._embedded = False, False
        self.stuck = False
        """Whether it is damaged and could not be made again when that was last tried: a restart may help."""
        self._looking, self._counting = threading.Lock(), threading.Lock()
        self._embedding = 0
        """Calls that embed pages now."""

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        self._embedded = True
        with self._counting:
            self._embedding += 1
        try:
            return self._sound(lambda: self._now.embed(texts, progress))
        finally:
            with self._counting:
                self._embedding -= 1
            self._embedded_at = self._clock()

    def read(self, text: str, spans: Sequence[tuple[int, int]] = ()) -> NDArray[np.float32]:
        return self._sound(lambda: self._now.read(text, spans))

    def count(self, text: str) -> int:
        return self._now.count(text)

    def _sound(self, work: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
        if self._clock() - self._looked_at >= self._every:
            self._look()
        if self.stuck:
            raise EmbedderError("the embedder is damaged, and cannot be made again here", what_to_do=RESTART)
        if self._damaged:
            raise EmbedderError("the embedder is damaged and being made again")
        try:
            return work()
        except EmbedderError:
            self._look()
            raise

    def _look(self) -> None:
        """Beside whoever asks, once at a time."""
        if self._looking.acquire(blocking=False):
            self._looked_at = self._clock()
            threading.Thread(target=self._check, name="embedder", daemon=True).start()

    def _check(self) -> None:
        pages, self._embedded = self._embedded or self._damaged, False
        try:
            self._now.check(pages=pages)
            self._damaged = self.stuck = False
            if not self._embedding and self._clock() - self._embedded_at >= RESTS_AFTER:
                self._now.rest()
        except EmbedderError as error:
            self._damaged = True
            _log.error("the embedder is damaged; it is made again", error=str(error))
            self._recover()
        finally:
            self._looking.release()

    def _recover(self) -> None:
        try:
            self._now = self._remake()
        except EmbedderError as error:
            self.stuck = True
            _log.error("the embedder cannot be made again yet", error=str(error))
            return
        self._damaged = self.stuck = False
        _log.warning("the embedder is whole again")
        keep_spare(self._now.folder)


def open_recovering(folder: Path, *, model: str | None = None) -> Embedder:
    """As `open_embedder`; the packaged model is looked after while it is in use, and has a spare copy."""
    opened = open_embedder(folder, model=model)
    if not isinstance(opened, OnnxEmbedder):
        return opened
    target = exported(folder)
    keep_spare(target)
    opened.rest()
    return RecoveringEmbedder(opened, lambda: remade(target))


def needs_restart(embedder: Embedder) -> bool:
    """Whether nothing but a new process can make it whole, as where its folder is read-only."""
    return isinstance(embedder, RecoveringEmbedder) and embedder.stuck


def keep_spare(target: Path) -> None:
    """A second copy beside a whole one, unless there is one or no room or right to write it."""
    spare = _spare(target)
    if spare.exists():
        return
    building = spare.with_name(f"{spare.name}.{os.getpid()}.building")
    try:
        shutil.copytree(target, building)
        building.rename(spare)
    except OSError as error:
        shutil.rmtree(building, ignore_errors=True)
        _log.info("no spare copy of the embedder is kept", error=type(error).__name__)


def remade(target: Path) -> OnnxEmbedder:
    """The model opened anew where it is whole, else from the spare copy, else exported again.

    Raises `EmbedderError`.
    """
    for make in (_leave, _copy_spare, export_apart):
        make(target)
        try:
            return OnnxEmbedder(target)
        except EmbedderError as error:
            failed = error
            set_aside(target)
    raise failed


def _leave(_target: Path) -> None:
    """Nothing: another process has made it again, or the files were never damaged."""


def _copy_spare(target: Path) -> None:
    with suppress(OSError):
        _spare(target).rename(target)


def _spare(target: Path) -> Path:
    return target.with_name(f"{target.name}.spare")
