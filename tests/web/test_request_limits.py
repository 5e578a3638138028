"""A request that is too large, or compressed, is refused before anything works on it."""

from __future__ import annotations

import gzip
import json

import pytest
from fastapi.testclient import TestClient

from tests.doubles import BagOfWords
from web.main import create_app

ASK = "/v1/answers"


@pytest.fixture
def small(settings):
    """A service that takes bodies of a thousand bytes."""
    chosen = settings.model_copy(update={"request_bytes": 1_000})
    with TestClient(create_app(chosen, embedder=BagOfWords())) as client:
        yield client


def test_a_body_over_the_limit_is_refused_whether_or_not_it_says_so(small):
    """With a Content-Length at once, without one as soon as it is over."""
    body = json.dumps({"question": "x" * 2_000}).encode()
    told = small.post(ASK, content=body)
    assert (told.status_code, told.json()["type"]) == (413, "/problems/body-too-large")
    untold = small.post(
        ASK, content=iter([body[:600], body[600:]]), headers={"Content-Type": "application/json"}
    )
    assert untold.status_code == 413


def test_a_compressed_body_is_never_unpacked(small):
    """A few bytes that would become gigabytes stay a few bytes."""
    body = gzip.compress(b" " * 10_000_000)[:900]
    response = small.post(ASK, content=body, headers={"Content-Encoding": "gzip"})
    assert (response.status_code, response.json()["type"]) == (415, "/problems/compressed-body")


def test_headers_and_addresses_have_a_limit(small):
    """Both are read before any of our code runs: they are refused by size alone."""
    assert small.get("/healthz", headers={"X-Long": "x" * 40_000}).status_code == 431
    assert small.get("/healthz?" + "x" * 9_000).status_code == 414


def test_what_is_within_the_limits_is_answered(small):
    """The limits stop nobody who asks a question."""
    assert small.post(ASK, json={"question": "How much does a passport cost?"}).status_code == 200
