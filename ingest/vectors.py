"""Where vectors are kept, by the digest of what was embedded.

Chroma, on disk or as a server, behind a port of four verbs. A key names model and text, so a text that
did not change is never embedded again, whichever version of the index it stands in.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ingest.errors import VectorsUnavailable
from ingest.model import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_BATCH = 2_000
"""Rows per call; Chroma takes 5,461 at most."""


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

    async def bytes_used(self) -> int:
        """Bytes on disk; 0 for a store on a server."""
        ...

    async def give_back(self, embedders: Sequence[str], *, least: float) -> None:
        """Forget vectors by none of `embedders`; let go of free space where its share is at least `least`."""
        ...


class ChromaVectors:
    """Vectors in one Chroma collection a model."""

    def __init__(self, connect: Callable[[], Any], embedder: str) -> None:
        self._connect = connect
        self._name = "passages_" + re.sub(r"[^A-Za-z0-9_-]", "_", embedder)[:80]
        self._client: Any = None
        self._collection: Any = None
        self._lock = asyncio.Lock()

    async def missing(self, keys: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for batch in _batches(keys):
            rows = await self._call("get", ids=batch, include=[])
            found.update(rows["ids"])
        return set(keys) - found

    async def add(self, keys: Sequence[str], vectors: NDArray[np.float32]) -> None:
        for at in range(0, len(keys), _BATCH):
            part = slice(at, at + _BATCH)
            await self._call("upsert", ids=list(keys[part]), embeddings=vectors[part])

    async def get(self, keys: Sequence[str]) -> NDArray[np.float32]:
        found = await self._stored(keys)
        if any(key not in found for key in keys):
            await self._reconnect()  # an open client does not see what another process has added
            found = await self._stored(keys)
        if lost := sum(key not in found for key in keys):
            raise VectorsUnavailable(f"{lost} of {len(keys)} vectors are not in the store")
        return np.array([found[key] for key in keys], dtype=np.float32)

    async def delete(self, keys: Sequence[str]) -> None:
        for at in range(0, len(keys), _BATCH):
            await self._call("delete", ids=list(keys[at : at + _BATCH]))

    async def keys(self) -> set[str]:
        rows = await self._call("get", include=[])
        return set(rows["ids"])

    async def bytes_used(self) -> int:
        return 0

    async def give_back(self, embedders: Sequence[str], *, least: float) -> None:
        return None

    async def close(self) -> None:
        """Let go of the client."""
        await self._reconnect()

    async def _stored(self, keys: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for batch in _batches(keys):
            rows = await self._call("get", ids=batch, include=["embeddings"])
            found.update(zip(rows["ids"], rows["embeddings"], strict=True))
        return found

    async def _reconnect(self) -> None:
        async with self._lock:
            client, self._client, self._collection = self._client, None, None
            if client is not None and hasattr(client, "close"):
                await asyncio.to_thread(client.close)

    async def _call(self, verb: str, **arguments: Any) -> Any:
        """One call in a thread, one at a time; Chroma's own errors leave as ours."""
        async with self._lock:
            try:
                return await asyncio.to_thread(self._now, verb, arguments)
            except Exception as error:
                self._collection = None
                raise VectorsUnavailable(f"the vector store failed on {verb}: {error}") from error

    def _now(self, verb: str, arguments: dict[str, Any]) -> Any:
        if self._collection is None:
            self._client = self._client or self._connect()
            self._collection = self._client.get_or_create_collection(
                self._name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
        return getattr(self._collection, verb)(**arguments)


def _batches(keys: Sequence[str]) -> list[list[str]]:
    """Each key once: two pages may say the same, and Chroma refuses a repeated id."""
    once = list(dict.fromkeys(keys))
    return [once[at : at + _BATCH] for at in range(0, len(once), _BATCH)]


def chroma_on_disk(folder: Path) -> Callable[[], Any]:
    """Opens Chroma in `folder`; one process at a time may write there."""

    def connect() -> Any:
        import chromadb
        from chromadb.config import Settings

        return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))

    return connect


def chroma_server(host: str, port: int, *, ssl: bool = False) -> Callable[[], Any]:
    """Connects to a Chroma server, which has no authentication of its own: keep it on a private network."""

    def connect() -> Any:
        import chromadb
        from chromadb.config import Settings

        return chromadb.HttpClient(
            host=host, port=port, ssl=ssl, settings=Settings(anonymized_telemetry=False)
        )

    return connect
