"""BEIR's queries and judgements as a suite, and a suite as BEIR's; documents go by urn:page:<id>."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from evals.beir import read_benchmark
from evals.suite import Case

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def read(path: Path) -> list[Case]:
    """One case a judged query, with every relevant document as an expected page."""
    benchmark = read_benchmark(path)
    return [
        Case(
            id=identifier,
            question=benchmark.queries[identifier],
            pages=tuple(f"urn:page:{document}" for document, grade in judged.items() if grade > 0),
            tags={"source": path.name},
        )
        for identifier, judged in benchmark.relevance.items()
        if identifier in benchmark.queries and any(grade > 0 for grade in judged.values())
    ]


def write(cases: Sequence[Case], path: Path) -> None:
    """queries.jsonl and qrels.tsv in the folder `path`; the documents are the index's own."""
    path.mkdir(parents=True, exist_ok=True)
    asked = [case for case in cases if case.pages]
    queries = [json.dumps({"_id": case.id, "text": case.question}, ensure_ascii=False) for case in asked]
    (path / "queries.jsonl").write_text("".join(f"{line}\n" for line in queries), encoding="utf-8")
    judged = [f"{case.id}\t{page}\t1" for case in asked for page in case.pages]
    lines = ["query-id\tcorpus-id\tscore", *judged]
    (path / "qrels.tsv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
