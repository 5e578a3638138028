"""The comparison with peers says what was measured."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from evals.beir import read_benchmark
from evals.bench.document import written
from evals.bench.peers.environments import peers
from evals.bench.peers.table import lead, measures, table
from evals.bench.peers.worker import read

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two documents and two queries, the second of which nobody judged."""
    rows = [{"id": "a", "title": "Dogs", "text": "Register."}, {"id": "b", "title": "", "text": "Vote."}]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    asked = [{"id": "1", "text": "dogs"}, {"id": "2", "text": "cats"}]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, asked)))
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta\t1\n")
    return tmp_path


def run(ranked: list[str]) -> dict[str, object]:
    """What a worker writes."""
    return {
        "ranked": {"1": ranked, "2": ranked},
        "times": [1.0, 3.0],
        "passages": 10,
        "seconds": 2.0,
        "megabytes": 50.0,
    }


def test_only_judged_queries_count(folder: Path) -> None:
    """A query without judgements is neither right nor wrong."""
    assert measures(run(["a", "b"]), read_benchmark(folder))["nDCG@10"] == [1.0]


def test_the_table_has_a_row_a_peer_and_ratios_beside_ours(folder: Path) -> None:
    """Twice the time is a ratio of two, with our own row as one."""
    slower = run(["b", "a"]) | {"times": [2.0, 6.0]}
    text = table(
        read_benchmark(folder), {"ours": "Ours", "peer": "Peer"}, {"ours": run(["a"]), "peer": slower}
    )
    mine, theirs = text.splitlines()[-2:]
    assert mine.startswith("| Ours | 1.000")
    assert "| 2.00 [" in theirs


def test_a_lead_has_an_interval_around_it() -> None:
    """A difference over the same queries is given with how sure it is."""
    assert lead([0.9, 0.8, 0.7], [0.5, 0.4, 0.3]) == "+0.400 [+0.400, +0.400]"


def test_tables_go_between_the_marks_only() -> None:
    """The rest of the document stays, and a document without marks is refused."""
    marks = ("<!-- a -->", "<!-- b -->")
    assert written("x\n<!-- a -->\nold\n<!-- b -->\ny", "new", marks) == "x\n<!-- a -->\nnew\n<!-- b -->\ny"
    with pytest.raises(ValueError, match="lacks"):
        written("no marks", "new", marks)


def test_the_worker_reads_what_the_product_reads(folder: Path) -> None:
    """Peers are given the same documents and queries."""
    documents, queries = read(folder)
    assert set(documents) == {"a", "b"}
    assert queries == dict(read_benchmark(folder).queries)


def test_every_peer_is_pinned() -> None:
    """A peer's version is part of the result."""
    assert all("==" in each for peer in peers() for each in peer.installs)
