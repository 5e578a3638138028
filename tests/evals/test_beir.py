"""Public benchmarks: read as they are published, ranked as questions are."""

from __future__ import annotations

import json

import pytest

from assistant import Assistant
from evals import BeirCorpus, BenchmarkError, rank_all, read_benchmark, summary
from ingest import sync

pytestmark = pytest.mark.anyio


@pytest.fixture
def folder(tmp_path):
    """A benchmark of three documents and two queries, as BEIR ships it."""
    documents = {"d1": "Renting a kayak on the lake.", "d2": "Renewing a passport by post.", "d3": "Dogs."}
    rows = [json.dumps({"_id": key, "title": key, "text": text}) for key, text in documents.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(rows))
    queries = [{"_id": "q1", "text": "passport by post"}, {"_id": "q2", "text": "kayak"}]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (tmp_path / "qrels").mkdir()
    judged = "query-id\tcorpus-id\tscore\nq1\td2\t1\nq2\td1\t1\nq2\td3\t0\n"
    (tmp_path / "qrels" / "test.tsv").write_text(judged)
    return tmp_path


async def test_each_judged_query_is_ranked_and_measured(folder, index, guards, now):
    """The right document of each query comes first, so every measure is 1."""
    await sync(BeirCorpus(folder), index, now=now)
    assistant = Assistant(index=index, guards=guards)
    results = list(rank_all(read_benchmark(folder), await index.live(), assistant))
    assert {each.id: each.ranked[0] for each in results} == {"q1": "d2", "q2": "d1"}
    figures = summary(results)
    assert (figures["ndcg@10"].mean, figures["ndcg@10"].n) == (1.0, 2)


def test_a_malformed_line_is_named(folder):
    """Whoever made the files learns which line to mend."""
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "x"}\n{"text": "no id"}')
    with pytest.raises(BenchmarkError, match=r"queries.jsonl, line 2: needs an id"):
        read_benchmark(folder)
    (folder / "queries.jsonl").unlink()
    with pytest.raises(BenchmarkError, match="cannot be read"):
        read_benchmark(folder)
