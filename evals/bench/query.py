"""What a question costs: whole answers at several sizes of the index, and how the search grows.

    python -m evals.bench.query --data DATA_DIR --models DIR [--suite NAME] [--write docs/retrieval.md]

Questions are asked one after the other with everything on: guards, retrieval, extraction, verification, and
storing in a database of the bench's own. The first round meets a new process and pages that nobody has asked
about. In a large version another one meets pages that were read ahead (`ingest/ahead.py`) in a version that
was just opened; the last round meets what the others have met. Larger indexes are the installation's pages
and made-up ones with drawn vectors, which nobody asks about. Answers a second are those of two processes that
ask at the same moment. Growth of the scan alone is measured with drawn vectors on one thread.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import multiprocessing
import resource
import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from assistant import Asked, Assistant, Controls, Conversations, Guards, Question, answer, reader
from assistant.programme import Usage
from evals.bench.document import written
from evals.bench.ingest import site
from evals.suite import load
from guardrails import Classifiers, Policy, Redactor
from ingest import (
    Catalog,
    ChromaVectors,
    Index,
    Snapshot,
    StoredPage,
    UnitFiles,
    chroma_on_disk,
    create_tables,
    open_embedder,
    open_engine,
)
from ingest.passages import passages
from ingest.recent import Recent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from ingest import Embedder

SIZES = (0, 10_000, 100_000)
"""Passages; 0 is the installation as it is."""
GROWTH = (1_000, 10_000, 100_000, 1_000_000)
DIMENSIONS = 384
REPEATS = 15
PROCESSES = 2
PASSAGES_A_PAGE = 9.5
MARKS = ("<!-- query: begin -->", "<!-- query: end -->")


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds of each answer, by the clock and of processor time, which other work does not stretch."""

    clock: list[float]
    processor: list[float]

    def cells(self) -> str:
        """Median and 95th percentile of both."""
        return " | ".join(
            f"{value:.1f}"
            for each in (self.processor, self.clock)
            for value in (median(each), quantiles(each, n=20)[-1])
        )


class Opened(Index):
    """An index whose live version is held in memory, whatever its catalog says."""

    held: Snapshot

    async def live(self, number: int | None = None) -> Snapshot:
        return self.held


@asynccontextmanager
async def assistant_at(size: int, data: Path, models: Path) -> AsyncIterator[Assistant]:
    """An assistant over the installation's pages and made-up ones, about `size` passages in all."""
    embedder, policy = open_embedder(models), Policy.load()
    engine = open_engine(f"sqlite+aiosqlite:///{data / 'assistant.db'}")
    vectors = ChromaVectors(chroma_on_disk(data / "vectors"), embedder.name)
    index = Opened(Catalog(engine), vectors, embedder)
    with tempfile.TemporaryDirectory() as folder:
        scratch = open_engine(f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}")
        await create_tables(scratch)
        try:
            held = await Index.live(index)
            held = await _grown(held, size, embedder) if size else held
            files = UnitFiles(Path(folder) / "units", embedder.name, embedder.dimensions)
            index.held = replace(held, unit_files=files)
            yield Assistant(
                index=index,
                guards=Guards(Redactor(policy), policy, reader(embedder), Classifiers.load()),
                controls=Controls(scratch),
                conversations=Conversations(scratch, keep_for=timedelta(hours=2), now=_now),
                asked=Asked(scratch, keep_for=timedelta(days=30), now=_now),
                observe=Usage(scratch, _now).observe,
            )
        finally:
            await vectors.close()
            for each in (scratch, engine):
                await each.dispose()


def opened_again(held: Snapshot) -> Snapshot:
    """The version without what was worked out for questions, as the next start opens it."""
    anew = replace(held, units_made=Recent(held.units_made.size), _made={})
    anew.dense(held.vectors[0])
    return anew


def _now() -> datetime:
    return datetime.now(UTC)


async def _grown(held: Snapshot, size: int, embedder: Embedder) -> Snapshot:
    wanted = round(max(size - len(held.passages), 0) / PASSAGES_A_PAGE)
    made = [
        replace(page, title=" ".join(page.text.split("\n\n")[-1].split()[:6]), url=f"{page.url}bench/")
        for page in await site(wanted)
    ]
    stored = [StoredPage(each, each.id, each.version, _now(), passages(each, _words)) for each in made]
    drawn = np.random.default_rng(0).standard_normal(
        (sum(len(each.passages) for each in stored), embedder.dimensions), dtype=np.float32
    )
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return Snapshot.build(held.version, [*held.pages, *stored], np.concatenate((held.vectors, drawn)))


def _words(text: str) -> int:
    return len(text.split())


async def asked(questions: Sequence[str], assistant: Assistant) -> Spent:
    """Each question in a conversation of its own."""
    clock, processor = [], []
    assert assistant.conversations is not None
    for text in questions:
        began, worked = time.perf_counter(), time.process_time()
        conversation = await assistant.conversations.start()
        async for _ in answer(Question(text, conversation_id=conversation), assistant):
            pass
        processor.append((time.process_time() - worked) * 1000)
        clock.append((time.perf_counter() - began) * 1000)
    return Spent(clock, processor)


def _rounds(
    size: int, data: Path, models: Path, suite: str, start: object, told: multiprocessing.Queue[object]
) -> None:
    """One process: its rounds alone, then a round at the same moment as the others."""
    threadpool_limits(1, user_api="blas")
    questions = [case.question for case in load(suite).cases]

    async def run() -> None:
        async with assistant_at(size, data, models) as assistant:
            index = assistant.index
            assert isinstance(index, Opened)
            held = index.held
            gc.freeze()  # as the service does once it has started
            spent = [("first", await asked(questions, assistant))]
            if held.unit_vectors is None:
                index.held = opened_again(held)
                spent.append(("first, read ahead", await asked(questions, assistant)))
            spent.append(("again", await asked(questions, assistant)))
            start.wait()  # type: ignore[attr-defined]  # a barrier, whose type has no public name
            began = time.perf_counter()
            await asked(questions, assistant)
            rate = len(questions) / (time.perf_counter() - began)
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            told.put((len(held.pages), len(held.passages), spent, rate, memory))

    asyncio.run(run())


def measure(size: int, data: Path, models: Path, suite: str) -> str:
    """The rows of one size, as Markdown."""
    context = multiprocessing.get_context("spawn")
    start, told = context.Barrier(PROCESSES), context.Queue()
    workers = [
        context.Process(target=_rounds, args=(size, data, models, suite, start, told))
        for _ in range(PROCESSES)
    ]
    for each in workers:
        each.start()
    found = [told.get(timeout=600) for _ in workers]
    for each in workers:
        each.join()
    pages, count, spent, _, memory = found[0]
    rate = sum(each[3] for each in found)
    rows = [f"| {count:,} ({pages:,} pages) | {name} | {each.cells()} |" for name, each in spent]
    return "\n".join([*(f"{row} | |" for row in rows[:-1]), f"{rows[-1]} {rate:.0f} | {memory:.0f} |"])


def growth() -> list[tuple[int, float, float]]:
    """Passages, milliseconds of processor time of an exact scan with its best hundred, and megabytes."""
    chance = np.random.default_rng(0)
    found = []
    for size in GROWTH:
        vectors = chance.random((size, DIMENSIONS), dtype=np.float32)
        query = chance.random(DIMENSIONS, dtype=np.float32)
        spent = []
        for _ in range(REPEATS):
            began = time.thread_time()
            scores = vectors @ query
            np.argpartition(-scores, 99)[:100]
            spent.append((time.thread_time() - began) * 1000)
        found.append((size, median(spent), vectors.nbytes / 1e6))
    return found


def report(data: Path, models: Path, suite: str, sizes: Sequence[int]) -> str:
    """Both tables, as Markdown."""
    lines = [
        f"The questions of `{suite}`; milliseconds. Answers a second: {PROCESSES} processes together.",
        "",
        "| passages | asked | processor p50 | p95 | clock p50 | p95 | answers a second | resident, MB |",
        "|---|---|---|---|---|---|---|---|",
        *(measure(size, data, models, suite) for size in sizes),
        "",
        "| passages (drawn vectors) | exact scan, processor p50 ms | memory of vectors, MB |",
        "|---|---|---|",
        *(f"| {size:,} | {spent:.2f} | {held:,.0f} |" for size, spent, held in growth()),
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--suite", default="answers-report")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    threadpool_limits(1, user_api="blas")
    text = report(chosen.data, chosen.models, chosen.suite, chosen.sizes)
    print(text)
    if chosen.write:
        chosen.write.write_text(written(chosen.write.read_text("utf-8"), text, MARKS), encoding="utf-8")


if __name__ == "__main__":
    main()
