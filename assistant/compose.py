"""The composers: what turns pages found into sentences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from anyio import to_thread

from assistant.extract import DEFAULT_LENGTH, Length, extract

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from assistant.model import Retrieved, Sentence


AT_ONCE = 200
"""Units of a page up to which choosing among them, half a millisecond, is not worth a change of thread."""


class Drafts(Protocol):
    """Sentences as they are made; `aclose` when nobody wants more."""

    def __aiter__(self) -> AsyncIterator[Sentence]: ...

    async def aclose(self) -> None: ...


class Composer(Protocol):
    """Makes sentences with citations out of what was found; raises `ModelError` when its model fails."""

    @property
    def name(self) -> str: ...

    @property
    def prompt_digest(self) -> str | None: ...

    def compose(self, retrieved: Retrieved) -> Drafts: ...


@dataclass(frozen=True)
class ExtractiveComposer:
    """The pages' own words, at most as many as `length` says."""

    length: Length = DEFAULT_LENGTH
    name = "extractive"
    prompt_digest = None

    async def compose(self, retrieved: Retrieved) -> AsyncGenerator[Sentence, None]:
        work = partial(extract, retrieved, length=self.length)
        long = any(len(retrieved.snapshot.outline(each.page).units) > AT_ONCE for each in retrieved.pages[:2])
        for sentence in await to_thread.run_sync(work) if long else work():
            yield sentence
