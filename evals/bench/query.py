"""What a question costs: whole answers on an installation, and how the search grows with the passages.

    python -m evals.bench.query --data DATA_DIR --models DIR [--suite NAME] [--write docs/retrieval.md]

Answers are asked one after the other with everything on but storing: guards, retrieval, extraction,
verification. The first round meets pages that nobody has asked about, the second does not. Growth is
measured with simulated unit vectors, scanned exactly on one thread: a floor that no index of ours adds to
below about 50,000 passages.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from assistant import Assistant, Guards, reader
from evals import ask
from evals.bench.document import written
from evals.suite import load
from guardrails import Classifiers, Policy, Redactor
from ingest import Catalog, ChromaVectors, Index, chroma_on_disk, open_embedder, open_engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.suite import Case

SIZES = (1_000, 10_000, 100_000, 1_000_000)
DIMENSIONS = 384
REPEATS = 15
MARKS = ("<!-- query: begin -->", "<!-- query: end -->")


async def answers(cases: Sequence[Case], assistant: Assistant) -> tuple[list[float], list[float]]:
    """Milliseconds of each answer, by the clock and of processor time, which other work does not stretch."""
    clock, processor = [], []
    for case in cases:
        began, worked = time.perf_counter(), time.process_time()
        await ask(case, assistant)
        processor.append((time.process_time() - worked) * 1000)
        clock.append((time.perf_counter() - began) * 1000)
    return clock, processor


def growth() -> list[tuple[int, float, float]]:
    """Passages, milliseconds of processor time of an exact scan with its best hundred, and megabytes."""
    chance = np.random.default_rng(0)
    found = []
    for size in SIZES:
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


def _line(name: str, spent: tuple[list[float], list[float]]) -> str:
    cells = [
        f"{value:.1f}" for each in reversed(spent) for value in (median(each), quantiles(each, n=20)[-1])
    ]
    return f"| {name} | " + " | ".join(cells) + f" | {1000 / float(np.mean(spent[0])):.0f} |"


async def measure(data: Path, models: Path, suite: str) -> str:
    """Both tables, as Markdown."""
    engine = open_engine(f"sqlite+aiosqlite:///{data / 'assistant.db'}")
    embedder, policy = open_embedder(models), Policy.load()
    vectors = ChromaVectors(chroma_on_disk(data / "vectors"), embedder.name)
    guards = Guards(Redactor(policy), policy, reader(embedder), Classifiers.load())
    assistant = Assistant(index=Index(Catalog(engine), vectors, embedder), guards=guards)
    began = time.perf_counter()
    snapshot = await assistant.index.live()
    opened = time.perf_counter() - began
    cases = load(suite).cases
    rounds = [await answers(cases, assistant) for _ in range(2)]
    await vectors.close()
    await engine.dispose()
    lines = [
        f"{len(cases)} questions of `{suite}` over {len(snapshot.pages)} pages, {len(snapshot.passages)} "
        f"passages; the version opened in {opened:.1f} s.",
        "",
        "| whole answers | processor p50 ms | p95 | by the clock p50 ms | p95 | a second |",
        "|---|---|---|---|---|---|",
        _line("asked for the first time", rounds[0]),
        _line("asked again", rounds[1]),
        "",
        "| passages (simulated) | exact scan, processor p50 ms | memory of vectors, MB |",
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
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    threadpool_limits(1, user_api="blas")
    text = asyncio.run(measure(chosen.data, chosen.models, chosen.suite))
    print(text)
    if chosen.write:
        chosen.write.write_text(written(chosen.write.read_text("utf-8"), text, MARKS), encoding="utf-8")


if __name__ == "__main__":
    main()
