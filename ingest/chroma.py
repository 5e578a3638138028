"""Vectors in Chroma, on disk or on a server.

Chroma has no way to make a collection smaller: what is deleted stays in its graph's file. So vectors are
now and then copied into the next generation of the collection, and the last one is dropped. A generation
counts once it says that it is whole, so that a crash while copying loses nothing.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ingest.chroma_clients import OnDisk, close_client
from ingest.chroma_files import drop_orphans, readable, used, vacuum
from ingest.errors import VectorsUnavailable
from ingest.memory import trim

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

_BATCH = 2_000
"""Rows per call; Chroma takes 5,461 at most."""

SERVER_SECONDS = 30.0
"""What one call of a server may take; its client waits for ever."""

_PREFIX = "passages_"
_GENERATION = re.compile(r"_g(\d+)$")
_WHOLE = "whole"
_ROW_OVERHEAD = 1_200
"""Bytes of a vector on disk beside its numbers: keys, links of the graph, the log. Measured: 900 to 1,100."""

_EMPTY = 1_000_000
"""Bytes that a store without vectors takes, and some to spare."""

_LEFT_AFTER = 30.0
"""Seconds without a call until a store on disk is closed: what it has read of its graph takes memory.

More than a batch of pages takes to embed, so that it is not read again for each.
"""

_CONFIGURATION = {"hnsw": {"space": "cosine"}}


class Breaker(Protocol):
    """Knows whether the store is worth asking."""

    @property
    def is_open(self) -> bool:
        """Whether the store is to be left alone now."""
        ...

    def call(self) -> AbstractContextManager[None]:
        """A call of the store; errors that leave it count against the store."""
        ...


class ChromaVectors:
    """Vectors in one Chroma collection a model; `ingest.vectors.VectorStore` says what each method does."""

    def __init__(self, connect: Callable[[], Any], embedder: str, *, breaker: Breaker | None = None) -> None:
        """`breaker` says when a server that keeps failing is to be left alone."""
        self._connect = connect
        self._breaker = breaker
        self._folder = connect.folder if isinstance(connect, OnDisk) else None
        self._name = _name(embedder)
        self._client: Any = None
        self._collection: Any = None
        self._lock = asyncio.Lock()
        self._leaving: asyncio.TimerHandle | None = None
        self._left: asyncio.Task[None] | None = None

    async def missing(self, keys: Sequence[str]) -> set[str]:
        found: set[str] = set()  # without keys nothing is opened
        for batch in _batches(keys):
            rows = await self._call("get", ids=batch, include=[])
            found.update(rows["ids"])
        return set(keys) - found

    async def add(self, keys: Sequence[str], vectors: NDArray[np.float32]) -> None:
        for at in range(0, len(keys), _BATCH):
            part = slice(at, at + _BATCH)
            await self._call("upsert", ids=list(keys[part]), embeddings=vectors[part])

    async def get(self, keys: Sequence[str]) -> NDArray[np.float32]:
        try:
            found = await self._stored(keys)
        except VectorsUnavailable:
            found = {}  # another process has begun a new generation
        if any(key not in found for key in keys):
            await self.close()  # an open client does not see what another process has added
            found = await self._stored(keys)
        if lost := sum(key not in found for key in keys):
            raise VectorsUnavailable(f"{lost} of {len(keys)} vectors are not in the store")
        return np.array([found[key] for key in keys], dtype=np.float32)

    async def delete(self, keys: Sequence[str]) -> None:
        for batch in _batches(keys):
            await self._call("delete", ids=batch)

    async def keys(self) -> set[str]:
        return set((await self._call("get", include=[]))["ids"])

    async def check(self) -> None:
        if self._folder is None:
            await self.missing([_PREFIX])
        else:
            await asyncio.to_thread(readable, self._folder)

    async def bytes_used(self) -> int:
        return await asyncio.to_thread(used, self._folder) if self._folder else 0

    async def give_back(self, embedders: Sequence[str], *, least: float) -> None:
        async with self._lock:
            try:
                await asyncio.to_thread(self._compact, [*map(_name, embedders), self._name], least)
            except Exception as error:
                self._collection = None
                raise VectorsUnavailable(f"the vector store failed while making room: {error}") from error

    async def close(self) -> None:
        """Let go of the client; the next call opens another."""
        if self._leaving is not None:
            self._leaving.cancel()
        async with self._lock:
            await asyncio.to_thread(self._leave)

    async def _stored(self, keys: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for batch in _batches(keys):
            rows = await self._call("get", ids=batch, include=["embeddings"])
            pairs = zip(rows["ids"], rows["embeddings"], strict=True)
            found.update((key, vector) for key, vector in pairs if vector is not None)
        return found

    async def _call(self, verb: str, **arguments: Any) -> Any:
        """One call in a thread, one at a time; Chroma's own errors leave as ours."""
        async with self._lock:
            if self._breaker is not None and self._breaker.is_open:
                raise VectorsUnavailable("the vector store failed a moment ago and is left alone")
            try:
                return await self._guarded(verb, arguments)
            except Exception as error:
                self._collection = None
                raise VectorsUnavailable(f"the vector store failed on {verb}: {error}") from error
            finally:
                self._leave_later()

    def _leave_later(self) -> None:
        if self._folder is not None:
            if self._leaving is not None:
                self._leaving.cancel()
            self._leaving = asyncio.get_running_loop().call_later(_LEFT_AFTER, self._begin_leaving)

    def _begin_leaving(self) -> None:
        self._left = asyncio.create_task(self.close())

    async def _guarded(self, verb: str, arguments: dict[str, Any]) -> Any:
        if self._breaker is None:
            return await asyncio.to_thread(self._now, verb, arguments)
        with self._breaker.call():
            try:
                return await asyncio.wait_for(asyncio.to_thread(self._now, verb, arguments), SERVER_SECONDS)
            except TimeoutError:
                self._client = None  # its thread still waits on it
                raise

    def _now(self, verb: str, arguments: dict[str, Any]) -> Any:
        if self._collection is None:
            self._client = self._client or self._connect()
            self._collection = self._create(_newest(self._generations(self._name)) or self._name)
        return getattr(self._collection, verb)(**arguments)

    def _leave(self) -> None:
        client, self._client, self._collection = self._client, None, None
        if client is not None:
            close_client(client)
            if self._folder is not None:
                trim()

    def _create(self, name: str, **more: Any) -> Any:
        return self._client.get_or_create_collection(
            name, embedding_function=None, configuration=_CONFIGURATION, **more
        )

    def _generations(self, base: str) -> dict[int, Any]:
        """The collections of that base name that are whole, by number."""
        return {
            _number(each.name): each
            for each in self._client.list_collections()
            if _GENERATION.sub("", each.name) == base and (each.metadata or {}).get(_WHOLE, True)
        }

    def _compact(self, bases: Sequence[str], least: float) -> None:
        """Drop what nothing needs; where enough of the store is waste, write it anew."""
        self._now("count", {})
        wasteful = self._folder is not None and (least <= 0 or self._waste() > least)
        if wasteful:
            self._next_generation()
        dropped = self._drop(bases)
        if self._folder is not None and (wasteful or dropped):
            self._leave()
            vacuum(self._folder)
            drop_orphans(self._folder)

    def _waste(self) -> float:
        """Share of the files that the vectors in them do not account for."""
        some = self._collection.peek(1)["embeddings"]
        size = self._collection.count() * (2 * 4 * (len(some[0]) if len(some) else 0) + _ROW_OVERHEAD)
        whole = used(self._folder) if self._folder else 0
        return float(1 - (size + _EMPTY) / max(whole, 1))

    def _next_generation(self) -> None:
        number = max(self._generations(self._name)) + 1
        name = f"{_GENERATION.sub('', self._name)}_g{number}"
        if any(each.name == name for each in self._client.list_collections()):
            self._client.delete_collection(name)  # a crash left it half copied
        fresh = self._create(name, metadata={_WHOLE: False})
        keys = self._collection.get(include=[])["ids"]
        for batch in _batches(keys):
            rows = self._collection.get(ids=batch, include=["embeddings"])
            fresh.upsert(ids=rows["ids"], embeddings=rows["embeddings"])
        fresh.modify(metadata={_WHOLE: True})
        self._collection = fresh

    def _drop(self, bases: Sequence[str]) -> bool:
        """Forget older and half-made generations, and on disk all models that no version uses."""
        newest = {_newest(self._generations(base)) for base in bases}
        own = {*bases} if self._folder is None else None
        unused = [
            each.name
            for each in self._client.list_collections()
            if each.name.startswith(_PREFIX) and each.name not in newest
            if own is None or _GENERATION.sub("", each.name) in own
        ]
        for name in unused:
            self._client.delete_collection(name)
        return bool(unused)


def _name(embedder: str) -> str:
    return _PREFIX + re.sub(r"[^A-Za-z0-9_-]", "_", embedder)[:80]


def _number(name: str) -> int:
    found = _GENERATION.search(name)
    return int(found[1]) if found else 1


def _newest(generations: dict[int, Any]) -> str | None:
    return str(generations[max(generations)].name) if generations else None


def _batches(keys: Sequence[str]) -> list[list[str]]:
    """Each key once: two pages may say the same, and Chroma refuses a repeated id."""
    once = list(dict.fromkeys(keys))
    return [once[at : at + _BATCH] for at in range(0, len(once), _BATCH)]
