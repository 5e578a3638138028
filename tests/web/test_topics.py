"""An editor turns a topic off or puts a notice on it, and the next question feels it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from assistant import Effect, TopicState, pipeline
from assistant.retrieve import retrieve
from tests.web.people import bearer
from web.cli import app
from web.main import create_app

TOPIC = "passports-citizenship-and-identity"
QUESTION = {"question": "How much does a standard passport cost?"}


def change(client, state):
    """Change the topic on the application that serves `client`."""
    topics = client.app.state.services.topics
    client.portal.call(lambda: topics.change(TOPIC, state, by="editor", reason="test"))


def test_a_topic_that_is_off_gets_links_and_no_sentence(client):
    """From the next question on nothing is said on the topic, and other topics go on."""
    assert client.post("/v1/answers", json=QUESTION).json()["outcome"] == "answered"
    change(client, TopicState(off=True))
    answer = client.post("/v1/answers", json=QUESTION).json()
    assert (answer["outcome"], answer["sentences"]) == ("refused_topic", [])
    assert answer["sources"][0]["title"] == "Renew a passport"
    other = client.post("/v1/answers", json={"question": "How often must I renew a driver licence?"}).json()
    assert other["outcome"] == "answered"
    change(client, TopicState())
    assert client.post("/v1/answers", json=QUESTION).json()["outcome"] == "answered"


def test_a_notice_comes_with_every_answer_on_its_topic(client):
    """The editor's words are shown before the answer, as they were written."""
    change(client, TopicState(notice="The passport office is closed today."))
    answer = client.post("/v1/answers", json=QUESTION).json()
    assert [notice["text"] for notice in answer["notices"]] == ["The passport office is closed today."]
    assert answer["sentences"]


def test_another_worker_feels_the_change_at_once(client, settings, embedder):
    """A second process on the same data takes the switch from the database."""
    from fastapi.testclient import TestClient

    from tests.doubles import BagOfWords

    with TestClient(create_app(settings, embedder=BagOfWords())) as second:
        assert second.post("/v1/answers", json=QUESTION).json()["outcome"] == "answered"
        change(client, TopicState(off=True))
        assert second.post("/v1/answers", json=QUESTION).json()["outcome"] == "refused_topic"


def test_every_change_is_kept_with_who_and_why(client):
    """The history names each change, newest first, and is never rewritten."""
    change(client, TopicState(off=True))
    change(client, TopicState())
    changes = client.portal.call(client.app.state.services.topics.changes)
    assert [(each.topic, each.state.off, each.by, each.reason) for each in changes] == [
        (TOPIC, False, "editor", "test"),
        (TOPIC, True, "editor", "test"),
    ]


def test_a_mistyped_topic_is_refused_by_name(client, settings, monkeypatch):
    """Nobody believes that a topic is off while its pages go on answering; the right names are told."""
    editor = bearer(client)
    body = {"off": True, "reason": "wrong fees"}
    refused = client.put("/v1/topics/passports", json=body, headers=editor)
    assert refused.status_code == 422 and "'passports'" in refused.json()["detail"]
    assert TOPIC in refused.json()["what_to_do"]
    pin = {"effect": "pin", "reason": "most read"}
    pinned = client.put("/v1/topics/passports/pages/0123456789abcdef", json=pin, headers=editor)
    assert pinned.status_code == 422
    assert client.portal.call(client.app.state.services.topics.changes) == []

    for name in ("data_dir", "database_url", "chroma_url", "redis_url"):
        if value := getattr(settings, name):
            monkeypatch.setenv(f"GOVT_ASSISTANT_{name.upper()}", str(value))
    told = CliRunner().invoke(app, ["topic", "off", "passports", "--reason", "wrong fees"])
    assert told.exit_code == 1 and TOPIC in told.stderr
    told = CliRunner().invoke(app, ["topic", "notice", TOPIC, "Closed today.", "--reason", "storm"])
    assert told.stdout == f"{TOPIC}: done, from the next question on.\n", "the log is no output"
    told = CliRunner().invoke(app, ["topic", "list", "--json"]).stdout
    listed = [json.loads(line) for line in told.splitlines()]
    assert {"topic": TOPIC, "off": False, "notice": "Closed today."} in listed
    (change,) = CliRunner().invoke(app, ["topic", "list", "--history", "--json"]).stdout.splitlines()
    assert json.loads(change)["reason"] == "storm"


def test_a_change_without_a_reason_is_refused(client):
    """Nobody can switch a topic without saying why."""
    from assistant.errors import TopicError

    topics = client.app.state.services.topics
    with pytest.raises(TopicError):
        client.portal.call(lambda: topics.change(TOPIC, TopicState(off=True), by="editor", reason=" "))


def test_a_pinned_page_costs_no_question_its_answer(client, monkeypatch):
    """Where nothing can be answered from what is put first, the pages count as they were found."""

    def judged(*arguments, weigh, **options):
        found = retrieve(*arguments, weigh=weigh, **options)
        return replace(found, relevant=found.relevant and not weigh.lifts)

    monkeypatch.setattr(pipeline, "retrieve", judged)
    built = client.app.state.services
    pinned = client.portal.call(built.index.live).pages[0].id
    client.portal.call(lambda: built.preferences.change(TOPIC, pinned, Effect.PIN, by="mere", reason="new"))
    assert client.post("/v1/answers", json=QUESTION).json()["outcome"] == "answered"
