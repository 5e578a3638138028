"""This service's own retrieval on one benchmark, measured as the peers are.

python -m evals.bench.peers.ours FOLDER MODELS KEPT OUT
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant import Question, Screened, Threshold, retrieve, understand
from evals.beir import BeirCorpus, read_benchmark
from evals.bench.peers.worker import DEPTH, WARM, resident
from guardrails import Action, Verdict
from ingest import (
    Catalog,
    ChromaVectors,
    Index,
    chroma_on_disk,
    create_tables,
    open_embedder,
    open_engine,
    sync,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ingest import Embedder, Snapshot


class Keeping:
    """The product's embedder; keeps vectors of documents with the time that each batch took."""

    def __init__(self, embedder: Embedder, kept: Path) -> None:
        self._embedder, self._kept = embedder, kept
        self.name, self.dimensions = embedder.name, embedder.dimensions
        self.read, self.count = embedder.read, embedder.count
        self.seconds = 0.0

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Vectors as the embedder makes them, or as it made them before."""
        name = hashlib.sha256("\0".join((self.name, *texts)).encode()).hexdigest()[:24]
        path = self._kept / f"{name}.npz"
        if not path.exists():
            began = time.perf_counter()
            np.savez(path, vectors=self._embedder.embed(texts), seconds=time.perf_counter() - began)
        with np.load(path) as found:
            self.seconds += float(found["seconds"])
            return np.asarray(found["vectors"], dtype=np.float32)


async def _index(folder: Path, embedder: Keeping, data: Path) -> tuple[Snapshot, int]:
    engine = open_engine(f"sqlite+aiosqlite:///{data / 'index.db'}")
    await create_tables(engine)
    vectors = ChromaVectors(chroma_on_disk(data / "vectors"), embedder.name)
    index = Index(Catalog(engine), vectors, embedder)
    await sync(BeirCorpus(folder), index, now=lambda: datetime.now(UTC))
    snapshot = await index.live()
    await vectors.close()
    await engine.dispose()
    return snapshot, len(snapshot.passages)


def ask(text: str, snapshot: Snapshot, embedder: Embedder, threshold: Threshold) -> list[str]:
    """Identifiers of the best documents."""
    question = Question(text)
    screened = Screened(question.text, (), "en", (), Verdict(Action.PASS, "", ""))
    found = retrieve(understand(screened), snapshot, embedder, k=DEPTH, threshold=threshold)
    return [each.page.page.url.rpartition(":")[2] for each in found.pages]


def measure(folder: Path, models: Path, kept: Path) -> dict[str, Any]:
    """Index the documents and ask every query."""
    embedder, threshold = open_embedder(models), Threshold.load()
    kept.mkdir(parents=True, exist_ok=True)
    keeping = Keeping(embedder, kept)
    before = resident()
    with tempfile.TemporaryDirectory(prefix="ours") as data:
        began = time.perf_counter()
        snapshot, passages = asyncio.run(_index(folder, keeping, Path(data)))
        spent = time.perf_counter() - began
    queries = read_benchmark(folder).queries
    ranked, times = {}, []
    for text in list(queries.values())[:WARM]:
        ask(text, snapshot, embedder, threshold)
    for identifier, text in queries.items():
        start = time.perf_counter()
        ranked[identifier] = ask(text, snapshot, embedder, threshold)
        times.append((time.perf_counter() - start) * 1000)
    return {
        "ranked": ranked,
        "times": times,
        "passages": passages,
        "seconds": max(spent, keeping.seconds),
        "embedding": keeping.seconds,
        "megabytes": resident() - before,
    }


def main() -> None:
    """Measure and write the result as JSON."""
    folder, models, kept, out = (Path(each) for each in sys.argv[1:])
    out.write_text(json.dumps(measure(folder, models, kept)), encoding="utf-8")


if __name__ == "__main__":
    main()
