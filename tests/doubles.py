"""Doubles of the ports: quick, deterministic, and honest about what they do."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from ingest import Failed, Page, terms
from ingest.errors import EmbedderError, SourceError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from ingest import Fetched, Validators


class BagOfWords:
    """An embedder whose vectors are hashed bags of search keys: texts that share words are close."""

    def __init__(self, name: str = "bag-of-words", dimensions: int = 256) -> None:
        self.name = name
        self.dimensions = dimensions
        self.embedded: list[str] = []
        self.broken = False

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        if self.broken:
            raise EmbedderError("the embedder failed")
        self.embedded += texts
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for term in terms(text):
                vectors[row, int(hashlib.sha256(term.encode()).hexdigest(), 16) % self.dimensions] += 1
        if progress is not None:
            progress(len(texts))
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)

    def read(self, text: str, spans: Sequence[tuple[int, int]] = ()) -> NDArray[np.float32]:
        return self.embed([text, *(text[start:end] for start, end in spans)])

    def count(self, text: str) -> int:
        return len(text.split())


class Pages:
    """A source that gives what it was given; `complete` as told."""

    web = False

    def __init__(self, fetched: Iterable[Fetched], *, name: str = "pages", complete: bool = True) -> None:
        self.fetched = list(fetched)
        self.name = name
        self.complete = complete
        self.known: Mapping[str, Validators] = {}
        self.breaks_after: int | None = None

    async def count(self) -> int | None:
        return len(self.fetched)

    async def fetch(self, known: Mapping[str, Validators]) -> AsyncIterator[Fetched]:
        self.known = known
        for position, each in enumerate(self.fetched):
            if position == self.breaks_after:
                raise SourceError("the source went away")
            yield each


def page(slug: str, text: str, **more: object) -> Page:
    """A page of that text; its title is the slug in words."""
    title = slug.replace("-", " ").capitalize()
    return Page(url=f"https://www.govt.nz/{slug}/", title=title, text=text, **more)  # type: ignore[arg-type]


def failed(slug: str) -> Failed:
    """A page that could not be read."""
    return Failed(f"https://www.govt.nz/{slug}/", "HTTP 500")
