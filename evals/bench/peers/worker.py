"""One peer on one benchmark, run as a script inside the peer's own environment.

    python worker.py PEER FOLDER WEIGHTS KEPT OUT

It imports nothing of the product. Vectors of documents are kept in KEPT with the time that each took, so
that peers which embed the same text are charged the same for it; questions are embedded afresh each time.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

DEPTH = 100
WARM = 5

Search = Callable[[str], list[str]]
"""A question's best document identifiers, best first."""


class MiniLM:
    """The packaged weights on sentence-transformers, as every peer would run them."""

    def __init__(self, weights: str, kept: Path) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(weights, device="cpu", local_files_only=True)
        self._kept = kept
        self._kept.mkdir(parents=True, exist_ok=True)
        self.seconds = 0.0
        """What embedding documents took, now or when it was done first."""
        self.vectors = 0

    def documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of documents, one a text."""
        path = self._kept / f"{hashlib.sha256(chr(0).join(texts).encode()).hexdigest()[:24]}.npz"
        if not path.exists():
            began = time.perf_counter()
            made = self._model.encode(
                texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False
            )
            np.savez(path, vectors=made, seconds=time.perf_counter() - began)
        with np.load(path) as found:
            self.seconds += float(found["seconds"])
            self.vectors += len(texts)
            return [[float(value) for value in row] for row in found["vectors"]]

    def question(self, text: str) -> list[float]:
        """The vector of a question."""
        return [float(value) for value in self._model.encode([text], normalize_embeddings=True)[0]]


def read(folder: Path) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Documents (title, text) and queries by identifier."""
    rows = [json.loads(line) for line in (folder / "corpus.jsonl").read_text("utf-8").strip().split("\n")]
    documents = {
        str(row.get("_id", row.get("id"))): (row.get("title") or "", row["text"])
        for row in rows
        if row["text"].strip()
    }
    asked = [json.loads(line) for line in (folder / "queries.jsonl").read_text("utf-8").strip().split("\n")]
    return documents, {str(row.get("_id", row.get("id"))): row["text"] for row in asked}


def resident() -> float:
    """Resident memory of this process in megabytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def measure(peer: str, folder: Path, weights: str, kept: Path) -> dict[str, Any]:
    """Index the documents and ask every query."""
    from adapters import ADAPTERS  # type: ignore[import-not-found]  # beside this script, in the peer's own Python

    documents, queries = read(folder)
    model = MiniLM(weights, kept)
    before = resident()
    began = time.perf_counter()
    embedding = model.seconds
    search, passages = ADAPTERS[peer](documents, model)
    spent = time.perf_counter() - began
    ranked, times = {}, []
    for text in list(queries.values())[:WARM]:
        search(text)
    for identifier, text in queries.items():
        start = time.perf_counter()
        ranked[identifier] = list(dict.fromkeys(search(text)))[:DEPTH]
        times.append((time.perf_counter() - start) * 1000)
    return {
        "ranked": ranked,
        "times": times,
        "passages": passages,
        "seconds": max(spent, model.seconds - embedding),
        "embedding": model.seconds,
        "megabytes": resident() - before,
    }


def main() -> None:
    """Measure and write the result as JSON."""
    peer, folder, weights, kept, out = sys.argv[1:]
    result = measure(peer, Path(folder), weights, Path(kept))
    Path(out).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main()
