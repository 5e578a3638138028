"""Where vectors are kept, by the digest of what was embedded: the port.

A key names model and text, so a text that did not change is never embedded again, whichever version of
the index it stands in. `ingest.chroma` keeps them in Chroma.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ingest.model import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


def vector_key(embedder: str, search_text: str) -> str:
    """The key under which the vector of `search_text` by `embedder` is kept."""
    return digest(f"{embedder}\n{search_text}")[:32]


class VectorStore(Protocol):
    """Vectors by key. Every method raises `VectorsUnavailable` when the store cannot be reached."""

    async def missing(self, keys: Sequence[str]) -> set[str]:
        """Those of `keys` for which there is no vector."""
        ...

    async def add(self, keys: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Keep `vectors`, one row a key; a key that is there already keeps one vector."""
        ...

    async def get(self, keys: Sequence[str]) -> NDArray[np.float32]:
        """Vectors in the order of `keys`, shape (len(keys), dimensions)."""
        ...

    async def delete(self, keys: Sequence[str]) -> None:
        """Forget `keys`."""
        ...

    async def keys(self) -> set[str]:
        """All keys."""
        ...

    async def check(self) -> None:
        """Return where the store can be reached; what is not loaded for answers is not loaded for this."""
        ...

    async def bytes_used(self) -> int:
        """Bytes on disk; 0 for a store on a server."""
        ...

    async def give_back(self, embedders: Sequence[str], *, least: float) -> None:
        """Forget vectors by none of `embedders`; let go of free space where its share is at least `least`."""
        ...
