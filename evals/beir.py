"""Public retrieval benchmarks in BEIR's layout (Thakur et al., 2021): corpus.jsonl, queries.jsonl, qrels.

Identifiers are under `_id` or `id`; judgements in `qrels.tsv`, or `qrels/test.tsv` as BEIR ships them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant import Question, Turn, redact_and_screen, retrieve, understand
from evals.errors import BenchmarkError
from evals.intervals import Figure, figure
from evals.ranking import ndcg, recall, reciprocal_rank
from ingest import Failed, Page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from pathlib import Path

    from assistant import Assistant
    from ingest import Fetched, Snapshot, Validators

DEPTH = 100
"""Pages ranked a query."""

_ADDRESS = "urn:page:"


@dataclass(frozen=True)
class Benchmark:
    """Queries with text by identifier, and for each that was judged, the relevance of documents."""

    folder: Path
    queries: Mapping[str, str]
    relevance: Mapping[str, Mapping[str, int]]
    history: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Earlier questions of the conversation, where the benchmark has conversations."""


@dataclass(frozen=True, slots=True)
class QueryResult:
    """One query's ranking and how good it is."""

    id: str
    query: str
    ranked: tuple[str, ...]
    scores: tuple[float, ...]
    measures: Mapping[str, float]


class BeirCorpus:
    """A source of a benchmark's documents; each becomes a page under `urn:page:<id>`."""

    complete = True
    web = False

    def __init__(self, folder: Path) -> None:
        self.name = f"beir {folder.name}"
        self._path = folder / "corpus.jsonl"

    async def count(self) -> int | None:
        """How many documents there are; raises `BenchmarkError`."""
        return sum(1 for _ in _rows(self._path))

    async def fetch(self, known: Mapping[str, Validators]) -> AsyncIterator[Fetched]:
        """Every document; those without text fail by name."""
        for row in _rows(self._path):
            identifier, title, text = _id(row), str(row.get("title") or ""), str(row.get("text") or "")
            if not text.strip():
                yield Failed(_ADDRESS + identifier, "it has no text")
                continue
            yield Page(url=_ADDRESS + identifier, title=title or text.split("\n")[0][:80], text=text)


def read_benchmark(folder: Path) -> Benchmark:
    """The queries and judgements in `folder`; raises `BenchmarkError` that names what is missing."""
    queries = {_id(row): str(row["text"]) for row in _rows(folder / "queries.jsonl")}
    relevance: dict[str, dict[str, int]] = {}
    for query, document, grade in _judgements(folder):
        relevance.setdefault(query, {})[document] = grade
    return Benchmark(folder, queries, relevance)


def rank_all(benchmark: Benchmark, snapshot: Snapshot, assistant: Assistant) -> Iterator[QueryResult]:
    """Every judged query ranked over `snapshot`, as a citizen's question would be."""
    for identifier, relevance in benchmark.relevance.items():
        query = benchmark.queries.get(identifier)
        if query is None or not any(grade > 0 for grade in relevance.values()):
            continue
        turns = tuple(Turn(each) for each in benchmark.history.get(identifier, ()))
        screened = redact_and_screen(Question(query, turns), guards=assistant.guards)
        found = retrieve(
            understand(screened),
            snapshot,
            assistant.index.embedder,
            k=DEPTH,
            threshold=assistant.threshold_on(snapshot),
            mix=assistant.retrieval,
        )
        ranked = tuple(each.page.page.url.removeprefix(_ADDRESS) for each in found.pages)
        scores = tuple(round(each.score, 6) for each in found.pages)
        yield QueryResult(identifier, query, ranked, scores, _measures(ranked, relevance))


def summary(results: list[QueryResult]) -> dict[str, Figure]:
    """Each measure's mean with its interval; empty without results."""
    names = results[0].measures if results else {}
    found = {name: figure([each.measures[name] for each in results]) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _measures(ranked: tuple[str, ...], relevance: Mapping[str, int]) -> dict[str, float]:
    return {
        "ndcg@10": ndcg(ranked, relevance, 10),
        "recall@5": recall(ranked, relevance, 5),
        "recall@20": recall(ranked, relevance, 20),
        "recall@100": recall(ranked, relevance, 100),
        "mrr": reciprocal_rank(ranked, relevance),
    }


def _judgements(folder: Path) -> Iterator[tuple[str, str, int]]:
    path = folder / "qrels.tsv"
    path = path if path.exists() else folder / "qrels" / "test.tsv"
    for number, line in enumerate(_lines(path), start=1):
        parts = line.split("\t")
        if number == 1 and not parts[-1].lstrip("-").isdigit():
            continue
        try:
            query, document, grade = parts[0], parts[-2], int(parts[-1])
        except (ValueError, IndexError) as error:
            raise BenchmarkError(f"{path.name}, line {number}: not query, document and score") from error
        yield query, document, grade


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(path), start=1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BenchmarkError(f"{path.name}, line {number}: {error}") from error
        if not isinstance(row, dict) or not ({"_id", "id"} & set(row)) or "text" not in row:
            raise BenchmarkError(f"{path.name}, line {number}: needs an id and a text")
        yield row


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    except OSError as error:
        raise BenchmarkError(f"{path} cannot be read: {error.strerror}") from error


def _id(row: Mapping[str, Any]) -> str:
    return str(row["_id"] if "_id" in row else row["id"])
