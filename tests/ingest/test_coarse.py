"""A first look at very many vectors finds what a full comparison finds."""

from __future__ import annotations

import numpy as np
import pytest

from ingest import coarse
from ingest.coarse import Coarse
from tests.snapshots import ask, snapshot


@pytest.fixture(scope="module")
def vectors():
    """Unit vectors that differ along some axes more than along others, as those of texts do."""
    chance = np.random.default_rng(3)
    drawn = chance.standard_normal((5_000, 384)) * np.exp(-np.arange(384) / 60)
    turned = drawn @ np.linalg.qr(chance.standard_normal((384, 384)))[0]
    return (turned / np.linalg.norm(turned, axis=1, keepdims=True)).astype(np.float32)


def test_the_ten_nearest_are_found_with_their_exact_cosines(vectors):
    """Of a hundred questions, at least 99 in 100 of the ten nearest passages."""
    made, found = Coarse.of(vectors), 0
    for query in vectors[:100]:
        exact = vectors @ query
        near = made.cosines(query, vectors)
        wanted, best = np.argsort(-exact)[:10], np.argsort(-near)[:10]
        found += len(set(wanted) & set(best))
        assert np.allclose(near[best], exact[best], atol=1e-5)
    assert found >= 990


def test_a_large_version_finds_the_same_pages_with_the_same_passages(monkeypatch):
    """As many numbers as an answer rests on are exact, also for a page that only its words brought up."""
    question = "how much is a dog"
    exact = ask(question)
    monkeypatch.setattr("ingest.snapshot.FROM", 1)
    monkeypatch.setattr(coarse, "AXES", 8)
    near = ask(question, snapshot())
    assert [each.page.id for each in near.pages] == [each.page.id for each in exact.pages]
    for one, other in zip(near.pages, exact.pages, strict=True):
        assert one.dense == pytest.approx(other.dense, abs=1e-5)
        assert [p.start for p, _ in one.passages] == [p.start for p, _ in other.passages]
