"""Vectors of all pages' units, made one by one while nobody asks, so that the first question finds them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ingest.embedding import Embedder
    from ingest.snapshot import Snapshot
    from ingest.unit_files import UnitFiles


@dataclass(frozen=True, slots=True)
class MadeAhead:
    """What one run has done: pages made, pages that were there, and whether it came to the end."""

    made: int
    there: int
    whole: bool


async def make_ahead(
    snapshot: Snapshot, files: UnitFiles, embedder: Embedder, go_on: Callable[[], Awaitable[bool]]
) -> MadeAhead:
    """Make what `files` lack of the snapshot's pages, then delete what is of no page of it.

    `go_on` is awaited before each page and unit: it returns when there is time for one, False to stop. What
    is made so far stays, so that the next run goes on where this one stopped, however it stopped. Raises
    `OSError` where the disk takes no more, and `EmbedderError`.
    """
    made = there = 0
    names: set[str] = set()
    for outline in snapshot.outlines:
        texts = [unit.search_text for unit in outline.units]
        name = files.name(texts)
        if not texts or name in names:
            continue
        names.add(name)
        if not await go_on():
            return MadeAhead(made, there, whole=False)
        if await asyncio.to_thread(files.has, texts):
            there += 1
            continue
        rows = []
        for text in texts:
            if not await go_on():
                return MadeAhead(made, there, whole=False)
            rows.append(await asyncio.to_thread(embedder.read, text))
        await asyncio.to_thread(files.keep, texts, np.concatenate(rows))
        made += 1
    await asyncio.to_thread(files.drop_all_but, names)
    return MadeAhead(made, there, whole=True)
