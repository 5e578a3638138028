"""How fast pages become answers: ingest against the embedder alone, one page, publishing under load.

    python -m evals.bench.ingest

Texts are made up of the starter pages' sentences, so that lengths and words are those of real pages. The
figures of the index alone are taken with a stub in the embedder's place, at 1,000 and at 20,000 passages;
the share of the embedder's own speed with the real one, at a few hundred. Embedder and ingest take turns,
so that what else the machine does meanwhile hits both alike.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest import (
    Catalog,
    ChromaVectors,
    Index,
    Page,
    chroma_on_disk,
    create_tables,
    open_embedder,
    open_engine,
    prune,
    sync,
)
from ingest.sources import FolderSource
from ingest.starter import FOLDER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from ingest import Embedder, Fetched, Validators

SIZES = (1_000, 20_000)
"""Passages."""

REAL_PAGES = 12
"""Pages that the real embedder embeds; its speed hardly depends on how many there are."""

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured at one size; times in milliseconds."""

    passages: int
    pages: int
    ingest: float
    """The whole site, all but the embedding, in milliseconds."""
    opening: float
    one_page: float
    """From reading one changed page to the first search that finds it."""
    publish: float
    rollback: float
    searches: int
    failed: int
    """Searches under load, while versions are published and rolled back, that failed."""


class Stub:
    """An embedder that costs next to nothing: vectors drawn by the digest of the text."""

    name = "stub"
    dimensions = 384

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        seeds = [int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) for text in texts]
        drawn = [np.random.default_rng(seed).standard_normal(self.dimensions) for seed in seeds]
        vectors = np.array(drawn, dtype=np.float32).reshape(len(texts), self.dimensions)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)

    def read(self, text: str, spans: Sequence[tuple[int, int]] = ()) -> NDArray[np.float32]:
        return self.embed([text, *(text[start:end] for start, end in spans)])

    def count(self, text: str) -> int:
        return len(text.split())


class Given:
    """A source of some pages."""

    complete = False
    web = False

    def __init__(self, pages: Sequence[Page]) -> None:
        self.name = "bench"
        self._pages = pages

    async def count(self) -> int | None:
        return len(self._pages)

    async def fetch(self, known: Mapping[str, Validators]) -> AsyncIterator[Fetched]:
        for page in self._pages:
            yield page


def now() -> datetime:
    """Benchmarks need no real dates."""
    return datetime(2026, 11, 27, tzinfo=UTC)


def edited(page: Page, round_: int) -> Page:
    """The page with another figure in a paragraph of its own."""
    return replace(page, text=f"{page.text}\n\n## Round\n\nThis is edition {round_} of a passport page.")


async def site(pages: int) -> list[Page]:
    """Made pages: each has the headings of a starter page and lines of several, in another order."""
    starter = [each async for each in FolderSource(FOLDER).fetch({}) if isinstance(each, Page)]
    english = [page for page in starter if page.language == "en"]
    lines = [line for page in english for line in page.text.split("\n\n")]
    made = []
    for number in range(pages):
        chance = random.Random(number)
        model = english[number % len(english)]
        text = "\n\n".join(
            part if part.startswith("#") else chance.choice(lines) for part in model.text.split("\n\n")
        )
        made.append(
            Page(url=f"https://www.govt.nz/made/{number}/", title=f"{model.title} {number}", text=text)
        )
    return made


@asynccontextmanager
async def opened(embedder: Embedder, *, units: bool) -> AsyncIterator[Index]:
    """An empty index in a folder that goes afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite+aiosqlite:///{Path(folder) / 'index.db'}")
        await create_tables(engine)
        vectors = ChromaVectors(chroma_on_disk(Path(folder) / "vectors"), embedder.name)
        yield Index(Catalog(engine), vectors, embedder, units=units)
        await vectors.close()
        await engine.dispose()


async def measure(passages: int) -> Measured:
    """All figures of the index alone, at about so many passages."""
    embedder = Stub()
    few = await site(40)
    async with opened(embedder, units=False) as index:
        await sync(Given(few), index, now=now)
        per_page = len((await index.live()).passages) / len(few)
    pages = await site(round(passages / per_page))
    async with opened(embedder, units=False) as index:
        began = time.perf_counter()
        await sync(Given(pages), index, now=now)
        ingest = time.perf_counter() - began
        began = time.perf_counter()
        held = await index.live()
        opening = time.perf_counter() - began
        one_page = [await _one_page(index, pages[3], round_) for round_ in range(ROUNDS)]
        publish, rollback, searches, failed = await _under_load(index, pages[5])
    return Measured(
        len(held.passages), len(pages), 1000 * ingest, 1000 * opening, _middle(one_page), publish, rollback,
        searches, failed,
    )  # fmt: skip


async def _one_page(index: Index, page: Page, round_: int) -> float:
    """Milliseconds from reading a changed page to the first search that finds it."""
    changed = edited(page, round_)
    began = time.perf_counter()
    await sync(Given([changed]), index, now=now)
    snapshot = await index.live()
    found = snapshot.page(changed.id)
    assert found is not None and found.version == changed.version
    snapshot.lexical.scores(["passport"])
    snapshot.dense(snapshot.vectors[0])
    return 1000 * (time.perf_counter() - began)


async def _under_load(index: Index, page: Page) -> tuple[float, float, int, int]:
    """Milliseconds to publish and to roll back while searches go on, and how those fared."""
    counts = {"searches": 0, "failed": 0}
    stop = asyncio.Event()

    async def search() -> None:
        while not stop.is_set():
            try:
                snapshot = await index.live()
                await asyncio.to_thread(snapshot.dense, snapshot.vectors[0])
                await asyncio.to_thread(snapshot.lexical.scores, ["passport", "fee"])
                counts["searches"] += 1
            except Exception:  # noqa: BLE001 whatever fails is what is counted
                counts["failed"] += 1

    load = [asyncio.create_task(search()) for _ in range(4)]
    publish, rollback = [], []
    before = await index.catalog.live()
    assert before is not None
    for round_ in range(ROUNDS):
        report = await sync(Given([edited(page, round_)]), index, now=now, publish=False)
        assert report.candidate is not None
        publish.append(await _timed(index.catalog.publish(report.candidate, now=now())))
        await index.live()
        rollback.append(await _timed(index.catalog.rollback(before)))
        await index.live()
    await prune(index, now=now(), keep_published=1)
    stop.set()
    await asyncio.gather(*load)
    return _middle(publish), _middle(rollback), counts["searches"], counts["failed"]


async def _timed(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return 1000 * (time.perf_counter() - began)


async def against_embedder(models: Path) -> tuple[float, float, float]:
    """Pages and passages a second of whole ingests, and their speed as a share of the embedder's alone."""
    embedder = open_embedder(models)
    pages = await site(3 * REAL_PAGES)
    whole = alone = 0.0
    passages = 0
    for part in range(3):
        chosen = pages[part * REAL_PAGES : (part + 1) * REAL_PAGES]
        async with opened(embedder, units=False) as index:
            began = time.perf_counter()
            await sync(Given(chosen), index, now=now)
            whole += time.perf_counter() - began
            texts = [each.search_text for each in (await index.live()).passages]
        began = time.perf_counter()
        await asyncio.to_thread(embedder.embed, sorted(set(texts), key=len))
        alone += time.perf_counter() - began
        passages += len(texts)
    return len(pages) / whole, passages / whole, alone / whole


def _middle(times: Sequence[float]) -> float:
    return sorted(times)[len(times) // 2]


def table(small: Measured, large: Measured) -> str:
    """Both sizes side by side, and by what factor the larger one takes longer."""
    heads = [f"{each.passages:,} passages ({each.pages:,} pages)" for each in (small, large)]
    rows: list[tuple[str, float, float]] = [
        ("ingest but for embedding, ms a passage", _each(small), _each(large)),
        ("opening a version after a start, ms", small.opening, large.opening),
        ("one page, from reading it to a search that finds it, ms", small.one_page, large.one_page),
        ("publish under load, ms", small.publish, large.publish),
        ("rollback under load, ms", small.rollback, large.rollback),
    ]
    lines = [f"| | {heads[0]} | {heads[1]} | factor |", "|---|---|---|---|"]
    lines += [f"| {name} | {one:,.1f} | {other:,.1f} | {other / one:.1f} |" for name, one, other in rows]
    fared = [f"{each.searches}, {each.failed}" for each in (small, large)]
    return "\n".join([*lines, f"| searches meanwhile, and failed | {fared[0]} | {fared[1]} | |"])


def _each(measured: Measured) -> float:
    return measured.ingest / measured.passages


async def main(models: Path, sizes: Sequence[int]) -> None:
    """Measure and print."""
    small, large = [await measure(size) for size in sizes]
    print(table(small, large), flush=True)
    pages, passages, share = await against_embedder(models)
    print(f"real embedder: {pages:.1f} pages/s, {passages:.1f} passages/s, {share:.0%} of the embedder alone")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("data/models"))
    parser.add_argument("--sizes", type=int, nargs=2, default=SIZES)
    given = parser.parse_args()
    asyncio.run(main(given.models, given.sizes))
