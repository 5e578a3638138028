"""The index: what readers open and writers publish."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import structlog

from ingest.cutting import cutting
from ingest.errors import EmptyIndex, StorageFailed, UnknownVersion, VectorsUnavailable
from ingest.policy import IngestPolicy
from ingest.snapshot import Snapshot
from ingest.splice import Loaded, build, splice
from ingest.units import outline
from ingest.vectors import vector_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from ingest.catalog import Catalog
    from ingest.embedding import Embedder
    from ingest.kept_vectors import KeptVectors
    from ingest.model import StoredPage
    from ingest.unit_files import UnitFiles
    from ingest.vectors import VectorStore
    from ingest.versions import Version

_log = structlog.get_logger("ingest")

BATCH_TEXTS = 512
"""Texts whose vectors are kept together."""

SMALL = 1_000
"""Pages up to which a version that has little to do with the open one is waited for."""

PATIENCE = 2.0
"""Seconds that a question waits for a version that was just published; then the one before answers it."""

JUDGED_EVERY = timedelta(minutes=1)
"""How long what the policy says of pages' ages is taken to hold."""


class Index:
    """Versions of the index over a catalog and a vector store.

    A snapshot that a question holds stays whole while the live pointer moves on. `units` says whether
    each sentence, item and row gets a vector of its own, which finds the right page and the right
    sentence more often and takes about three times as long to embed. Without `now` no page is too old.
    With `kept` a version that was open before opens without the vector store; `unit_files` hold what a large
    version lacks of its units' vectors.
    """

    def __init__(
        self,
        catalog: Catalog,
        vectors: VectorStore,
        embedder: Embedder,
        *,
        units: bool = True,
        policy: IngestPolicy | None = None,
        now: Callable[[], datetime] | None = None,
        kept: KeptVectors | None = None,
        unit_files: UnitFiles | None = None,
    ) -> None:
        self.catalog = catalog
        self.vectors = vectors
        self.embedder = embedder
        self.units = units
        self.policy = policy or IngestPolicy.load()
        self._now = now
        self._kept = kept
        self.unit_files = unit_files
        self._open: tuple[Snapshot, Version] | None = None
        self._opening = asyncio.Lock()
        self._ahead: asyncio.Task[None] | None = None
        self._judged_at: datetime | None = None

    @cached_property
    def cutting(self) -> str:
        """Name of the way in which pages are cut now."""
        return cutting(self.embedder)

    @property
    def opened(self) -> int | None:
        """Number of the version that is open now."""
        return None if self._open is None else self._open[0].version

    async def live(self, number: int | None = None) -> Snapshot:
        """The version that answers now; raises `EmptyIndex`, `UnknownVersion`, `VectorsUnavailable`.

        `number` is that version's where the caller has read it already.
        A version that was published since is opened first, from the one that is open. A large one that
        shares little with it is opened beside it, which answers meanwhile; so it does where opening takes
        long or the vectors cannot be reached.
        """
        number = number or await self.catalog.live()
        if number is None:
            raise EmptyIndex("no version of the index is published yet")
        if self._open is None or self._open[0].version != number:
            await self._renew(number)
        assert self._open is not None
        return await self._judged(self._open[0])

    async def open(self, number: int) -> Snapshot:
        """Version `number` in memory, also a candidate; raises `UnknownVersion`, `VectorsUnavailable`."""
        version = await self.catalog.version(number)
        if version.embedder != self.embedder.name:
            raise UnknownVersion(
                f"version {number} was embedded with {version.embedder}, not with {self.embedder.name}",
                what_to_do="Configure that embedder again, or run `govt-assistant index rebuild`.",
            )
        snapshot = await self._opened(version)
        return replace(snapshot, calibration=version.calibration, unit_files=self.unit_files)

    async def _opened(self, version: Version) -> Snapshot:
        """The version's pages and vectors, of the open one where most of it is the same."""
        number, manifest = version.id, await self.catalog.manifest(version.id)
        if self._open is None or not self._continues(self._open, manifest, version):
            loaded = await self._load(list(manifest.values()), version.chunker)
            return await asyncio.to_thread(build, number, loaded)
        last = self._open[0]
        held = {page.id: page.version for page in last.pages}
        changed = [each for page, each in manifest.items() if held.get(page) != each]
        loaded = await self._load(changed, version.chunker)
        return await asyncio.to_thread(splice, last, number, manifest, loaded)

    async def close(self) -> None:
        """Stop opening what is being opened."""
        if self._ahead is not None:
            self._ahead.cancel()
            await asyncio.gather(self._ahead, return_exceptions=True)

    async def embed_pages(
        self,
        pages: Sequence[StoredPage],
        progress: Callable[[int, int], None] | None = None,
        *,
        units: bool = True,
    ) -> int:
        """Vectors for every passage, and unit if so asked, that has none; how many texts were embedded.

        `progress` is told how many of how many are done. Texts of about the same length are embedded
        together, and kept every `BATCH_TEXTS`, which is what a crash can cost.
        """
        wanted = [each.search_text for page in pages for each in page.passages]
        if self.units and units:
            wanted += await asyncio.to_thread(
                lambda: [each.search_text for page in pages for each in outline(page.page).units]
            )
        texts = {self._key(text): text for text in wanted}
        missing = sorted(await self.vectors.missing(list(texts)), key=lambda key: (len(texts[key]), key))
        for at in range(0, len(missing), BATCH_TEXTS):
            batch = missing[at : at + BATCH_TEXTS]
            found = await asyncio.to_thread(self.embedder.embed, [texts[key] for key in batch])
            await self.vectors.add(batch, found)
            if progress is not None:
                progress(at + len(batch), len(missing))
        return len(missing)

    async def _renew(self, number: int) -> None:
        """Open version `number` in the place of the open one, which answers until that is done."""
        version = await self.catalog.version(number)
        if self._open is None:
            await self._replace(number, version)
            return
        if version.embedder != self.embedder.name:
            return  # a process with another model has published; this one answers as it did
        manifest = await self.catalog.manifest(number)
        if self._ahead is None or self._ahead.done():
            self._ahead = asyncio.create_task(self._replace(number, version))
        if len(manifest) <= SMALL or self._continues(self._open, manifest, version):
            await asyncio.wait({self._ahead}, timeout=PATIENCE)
        if self._ahead.done() and (error := self._ahead.exception()) is not None:
            if not isinstance(error, VectorsUnavailable):
                raise error
            _log.warning("the published version cannot be opened yet", version=number, error=str(error))

    async def _replace(self, number: int, version: Version) -> None:
        async with self._opening:
            last = self._open
            if last is None or last[0].version != number:
                snapshot = await self.open(number)
                await asyncio.to_thread(lambda: snapshot.coarse)
                at = self._now() if self._now else None
                if at is not None:  # first: no page that is too old may answer for a moment
                    snapshot = await self._with_standing(snapshot, at)
                self._open, self._judged_at = (snapshot, version), at
                if self._kept and last is not None and len(snapshot.pages) <= SMALL:
                    await asyncio.to_thread(self._keep, snapshot, self._kept)

    async def _judged(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with what the policy says now of its pages' ages."""
        if self._now is None or self._open is None:
            return snapshot
        now = self._now()
        if self._judged_at is not None and now - self._judged_at < JUDGED_EVERY:
            return snapshot
        before, self._judged_at = self._judged_at, now  # others go on with what was judged before
        try:
            judged = await self._with_standing(snapshot, now)
        except StorageFailed:
            self._judged_at = before
            raise
        if self._open[0] is snapshot:
            self._open = (judged, self._open[1])
        return judged

    async def _with_standing(self, snapshot: Snapshot, now: datetime) -> Snapshot:
        """The snapshot with how old its pages are at `now`; raises `StorageFailed`."""
        checks = await self.catalog.checks.all()
        return replace(snapshot, standing=self.policy.standing(snapshot.pages, checks, now))

    def _continues(
        self, held: tuple[Snapshot, Version], manifest: Mapping[str, str], version: Version
    ) -> bool:
        """Whether the version can be made of the open one: most of it is the same, and cut alike."""
        last, before = held
        same = sum(manifest.get(page.id) == page.version for page in last.pages)
        units = last.unit_vectors is not None or not self.units or len(manifest) > SMALL
        alike = (before.chunker, before.embedder) == (version.chunker, version.embedder)
        return units and alike and 2 * same >= len(manifest)

    async def _load(self, page_versions: Sequence[str], chunker: str) -> list[Loaded]:
        """Pages with their outlines and vectors; raises `VectorsUnavailable`."""
        pages = await self.catalog.pages(page_versions, chunker=chunker)
        outlines = await asyncio.to_thread(lambda: [outline(each.page) for each in pages])
        keys = [[self._key(each.search_text) for each in page.passages] for page in pages]
        unit_keys = [
            [self._key(unit.search_text) for unit in lines.units] if page.passages else []
            for page, lines in zip(pages, outlines, strict=True)
        ]
        flat = list(chain.from_iterable(keys))
        found = await self._read(flat)
        if found is None:
            found = await self._get(flat)
        vectors = _parts(found, keys)
        units = await self._unit_vectors(unit_keys)
        return [Loaded(*each) for each in zip(pages, outlines, vectors, units, strict=True)]

    async def _unit_vectors(self, keys: Sequence[Sequence[str]]) -> Sequence[NDArray[np.float32] | None]:
        """None for pages of a version that was built without them: it answers from its passages' vectors."""
        flat = list(chain.from_iterable(keys))
        if not self.units:
            return [None] * len(keys)
        if (found := await self._read(flat)) is not None:
            return _parts(found, keys)
        if await self.vectors.missing(flat):
            return [None] * len(keys)
        return _parts(await self._get(flat), keys)

    async def _read(self, keys: Sequence[str]) -> NDArray[np.float32] | None:
        """What was kept of the last opening, where it was of exactly these keys."""
        return await asyncio.to_thread(self._kept.read, keys) if self._kept else None

    async def _get(self, keys: Sequence[str]) -> NDArray[np.float32]:
        """From the store, and kept for the next start; raises `VectorsUnavailable`."""
        found = await self.vectors.get(keys)
        if self._kept:
            await asyncio.to_thread(self._kept.keep, keys, found)
        return found

    def _keep(self, snapshot: Snapshot, kept: KeptVectors) -> None:
        """For the next start, which has all pages to open and not only those that changed."""
        kept.keep([self._key(each.search_text) for each in snapshot.passages], snapshot.vectors)
        if snapshot.unit_vectors is not None:
            units = chain.from_iterable(each.units for each in snapshot.outlines)
            kept.keep([self._key(each.search_text) for each in units], snapshot.unit_vectors)

    def _key(self, text: str) -> str:
        return vector_key(self.embedder.name, text)


def _parts(vectors: NDArray[np.float32], keys: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
    """The rows of each run of keys."""
    if not keys:
        return []
    return np.split(vectors, np.cumsum([len(each) for each in keys])[:-1])
