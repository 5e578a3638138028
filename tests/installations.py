"""Data folders that are filled once a run: a test starts on a copy, in a third of the time."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import anyio

from ingest import sync
from tests.doubles import BagOfWords, Pages
from web.main import now, services
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ingest import Page


class Installations:
    """What an installation holds on disk, by the pages in it; each is made by the service's own parts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Path] = {}

    def copy(self, settings: Settings, pages: Sequence[Page] = ()) -> None:
        """Let the installation of `settings` hold these pages, unless it was used before."""
        if settings.data_dir.joinpath("assistant.db").exists():
            return
        if repr(pages) not in self._made:
            self._made[repr(pages)] = self._folder / str(len(self._made))
            anyio.run(_fill, self._made[repr(pages)], pages)
        shutil.copytree(self._made[repr(pages)], settings.data_dir, dirs_exist_ok=True)


async def _fill(folder: Path, pages: Sequence[Page]) -> None:
    settings = Settings(data_dir=folder, log_level="ERROR", _env_file=None)
    async with services(settings, BagOfWords()) as built:
        if pages:
            await sync(Pages(pages), built.index, now=now)
