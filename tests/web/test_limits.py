"""Limits: one address cannot take the service from the others, one conversation cannot grow without end."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from ingest import sync
from tests.doubles import BagOfWords, Pages
from tests.scripted_model import faithful, serving
from tests.web.conftest import PAGES
from web.main import create_app, now

QUESTION = {"question": "How much does a standard passport cost?"}


@pytest.fixture
def served(settings):
    """The service over three pages, with changed settings."""
    opened = []

    def serve(**changes):
        client = TestClient(create_app(settings.model_copy(update=changes), embedder=BagOfWords()))
        client.__enter__()
        opened.append(client)
        client.portal.call(lambda: sync(Pages(PAGES), client.app.state.services.index, now=now))
        return client

    yield serve
    for client in opened:
        client.__exit__(None, None, None)


def test_too_many_questions_a_minute_are_told_when_to_come_back(served):
    """The third question of two allowed is a 429 with Retry-After; the form says it in words."""
    client = served(requests_per_minute=2)
    assert [client.post("/v1/answers", json=QUESTION).status_code for _ in range(2)] == [200, 200]
    refused = client.post("/v1/answers", json=QUESTION)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.json()["what_to_do"]
    form = client.post("/", data={"question": "How do I renew a passport?"})
    assert form.status_code == 429
    assert "Wait a minute" in form.text
    assert "How do I renew a passport?" in form.text


def test_every_answer_tells_what_is_left_of_the_quota(served):
    """A program can slow down by itself: on a whole answer, on a stream, and where it is refused."""
    client = served(requests_per_minute=2)
    whole = client.post("/v1/answers", json=QUESTION)
    stream = client.post("/v1/answers", json=QUESTION, headers={"Accept": "text/event-stream"})
    refused = client.post("/v1/answers", json=QUESTION)
    told = [response.headers["RateLimit"].partition(";t=") for response in (whole, stream, refused)]
    assert [left for left, _, _ in told] == ['"address";r=1', '"address";r=0', '"address";r=0']
    assert all(1 <= int(seconds) <= 60 for _, _, seconds in told)
    assert {each.headers["RateLimit-Policy"] for each in (whole, stream, refused)} == {'"address";q=2;w=60'}
    assert "RateLimit" not in client.get("/healthz").headers


def test_a_conversation_that_is_full_says_to_start_again(served):
    """Beyond its turns a conversation takes no question, and says what to do."""
    client = served(turns=2)
    first = client.post("/v1/answers", json=QUESTION).json()
    again = QUESTION | {"conversation_id": first["conversation_id"]}
    assert client.post("/v1/answers", json=again).status_code == 200
    full = client.post("/v1/answers", json=again)
    assert full.status_code == 422
    assert "new conversation" in full.json()["what_to_do"]


def test_when_the_days_tokens_are_used_up_the_pages_own_words_answer(served):
    """A model's budget ends the model's part, not the service."""
    with serving(faithful) as model:
        changes = {"model": "scripted", "openai_base_url": model.base_url, "model_tokens_per_day": 100}
        changes["answer_cache_minutes"] = 0  # else the model is asked once
        client = served(**changes)
        composers = [client.post("/v1/answers", json=QUESTION).json()["composer"] for _ in range(3)]
    assert composers[0] == "generative"
    assert composers[-1] == "extractive"


def asking_key(client, **more):
    """The header of a key that may only ask."""
    keys = client.app.state.services.access.keys
    key = client.portal.call(lambda: keys.add("portal", [], days=None, by="test", **more))
    return {"Authorization": f"Bearer {key}"}


def test_a_program_with_a_key_has_a_quota_of_its_own(served):
    """What is asked with it is not counted to its address, and the headers tell what is left of the key's."""
    client = served(requests_per_minute=1)
    key = asking_key(client, per_minute=3)
    asked = [client.post("/v1/answers", json=QUESTION, headers=key) for _ in range(4)]
    assert [each.status_code for each in asked] == [200, 200, 200, 429]
    assert asked[0].headers["RateLimit-Policy"] == '"key";q=3;w=60'
    assert "with this key" in asked[3].json()["detail"]
    assert client.post("/v1/answers", json=QUESTION).status_code == 200


def test_a_key_that_may_only_ask_opens_nothing_else(served):
    """Neither the editors' part of the API nor the console."""
    client = served()
    key = asking_key(client, per_minute=3)
    refused = client.get("/v1/jobs", headers=key)
    assert (refused.status_code, "only ask" in refused.json()["detail"]) == (403, True)
    client.post("/console/sign-in", data={"key": key["Authorization"].removeprefix("Bearer ")})
    assert client.get("/v1/jobs").status_code == 401


@pytest.mark.parametrize("key", ["none", "ga_0123456789abcdef_" + "x" * 43], ids=["not ours", "unknown"])
def test_a_key_that_is_none_is_counted_by_its_address(served, key):
    """Software that has to send something as a key is answered as everybody is."""
    client = served(requests_per_minute=1)
    asked = [
        client.post("/v1/answers", json=QUESTION, headers={"Authorization": f"Bearer {key}"})
        for _ in range(2)
    ]
    assert [each.status_code for each in asked] == [200, 429]
    assert asked[0].headers["RateLimit-Policy"].startswith('"address"')


def test_one_conversation_cannot_be_asked_without_end(served):
    """Also from many addresses; both quotas are told."""
    client = served(session_requests_per_minute=1)
    started = client.post("/v1/answers", json=QUESTION).json()
    again = QUESTION | {"conversation_id": started["conversation_id"]}
    on, full = client.post("/v1/answers", json=again), client.post("/v1/answers", json=again)
    assert [on.status_code, full.status_code] == [200, 429]
    assert on.headers["RateLimit-Policy"] == '"address";q=60;w=60, "session";q=1;w=60'
    assert "in this conversation" in full.json()["detail"]
    assert client.post("/v1/answers", json=QUESTION).status_code == 200
