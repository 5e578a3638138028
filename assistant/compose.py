"""The composers: what turns pages found into sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from anyio import to_thread

from assistant.extract import extract

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from assistant.model import Retrieved, Sentence


class Composer(Protocol):
    """Makes sentences with citations out of what was found; raises `ModelError` when its model fails."""

    name: str
    prompt_digest: str | None

    def compose(self, retrieved: Retrieved) -> AsyncIterator[Sentence]: ...


class ExtractiveComposer:
    """The pages' own words."""

    name = "extractive"
    prompt_digest = None

    async def compose(self, retrieved: Retrieved) -> AsyncIterator[Sentence]:
        for sentence in await to_thread.run_sync(extract, retrieved):
            yield sentence
