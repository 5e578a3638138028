"""The service is turned off level by level, on every replica, by whoever may, and the trail says who."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from assistant import Level
from tests.doubles import BagOfWords
from tests.web.people import bearer, form_token, sign_in
from web import turned_off
from web.access import Role
from web.main import create_app

COST = {"question": "How much does a standard passport cost?"}


@pytest.fixture
def other(client, settings):
    """A second replica on the same database."""
    with TestClient(create_app(settings, embedder=BagOfWords())) as second:
        yield second


def turn(client, level, off, role=Role.EDITOR):
    """Turn a level over the API."""
    told = {"off": off, "reason": "It says something wrong."}
    held = client.app.state.__dict__.setdefault("keys", {})
    held[role] = held.get(role) or bearer(client, role)
    return client.put(f"/v1/switches/{level}", json=told, headers=held[role])


@pytest.fixture
def later(monkeypatch):
    """What a replica saw of the switches has aged; it promises to look again within two seconds."""
    assert turned_off.FRESH_SECONDS < 2
    monkeypatch.setattr(turned_off, "FRESH_SECONDS", 0.0)


def test_answering_off_lists_pages_and_says_nothing_on_every_replica(client, other):
    """From the next question on there is no sentence, only pages and whom to ask; then it is on again."""
    assert other.post("/v1/answers", json=COST).json()["outcome"] == "answered"
    assert turn(client, "answering", True).json() == {"level": "answering", "off": True}
    for replica in (client, other):
        answer = replica.post("/v1/answers", json=COST).json()
        assert (answer["outcome"], answer["sentences"]) == ("refused_off", [])
        assert answer["sources"][0]["title"] == "Renew a passport"
    turn(client, "answering", False)
    assert other.post("/v1/answers", json=COST).json()["outcome"] == "answered"


def test_help_in_a_crisis_is_shown_while_answering_is_off(client):
    """Also where the question asks for something that a page answers."""
    turn(client, "answering", True)
    asked = {"question": "I want to kill myself. How much does a passport cost?"}
    answer = client.post("/v1/answers", json=asked).json()
    assert answer["outcome"] == "crisis" and answer["notices"] and not answer["sentences"]


def test_everything_off_leaves_only_what_operators_need(client, other, later):
    """Pages and requests say so with whom to ask; the console, health and figures go on."""
    turn(client, "everything", True)
    for replica in (client, other):
        response = replica.post("/v1/answers", json=COST)
        assert (response.status_code, response.json()["type"]) == (503, "/problems/turned-off")
        assert int(response.headers["retry-after"]) > 0
        page = replica.get("/", headers={"Accept": "text/html"})
        assert page.status_code == 503 and "turned off" in page.text and "111" in page.text
        assert replica.get("/healthz").status_code == replica.get("/metrics").status_code == 200
        assert replica.get("/console/sign-in").status_code == 200
        assert replica.post("/mcp", json={}).status_code == 503
    turn(client, "everything", False)
    again = other.post("/v1/answers", json=COST)
    assert again.status_code == 200, again.text


def test_the_trail_says_who_and_why(client):
    """Each change is audited with its state before, and listed with its reason."""
    turn(client, "generation", True)
    built = client.app.state.services
    [entry] = [
        each for each in client.portal.call(built.access.audit.entries) if each.action == "service.switched"
    ]
    assert (entry.by, entry.subject) == ("editor-key", "generation")
    assert (entry.before["off"], entry.after["off"]) == (False, True)
    [change] = client.portal.call(built.switches.changes)
    assert (change.level, change.off, change.reason) == (
        Level.GENERATION,
        True,
        "It says something wrong.",
    )


def test_a_button_for_each_level_stands_in_the_console(client):
    """An editor presses it, gives a reason, and sees how each level stands."""
    sign_in(client)
    page = client.get("/console/switches").text
    assert page.count("Turn ") >= len(Level)
    form = {"csrf": form_token(client), "off": "true", "reason": "wrong answers"}
    shown = client.post("/console/switches/answering", data=form)
    assert "Turn answering on again" in shown.text and "wrong answers" in shown.text


def test_only_editors_and_admins_may(client):
    """An evaluator, and somebody who is not signed in, are refused, and nothing is turned off."""
    assert turn(client, "everything", True, Role.EVALUATOR).status_code == 403
    assert client.put("/v1/switches/everything", json={"off": True, "reason": "x"}).status_code == 401
    assert client.portal.call(client.app.state.services.switches.off) == frozenset()


def test_the_command_turns_it_off_without_the_service(client, settings, monkeypatch):
    """One command, on the database alone."""
    from typer.testing import CliRunner

    from web.cli import app

    monkeypatch.setenv("GOVT_ASSISTANT_DATA_DIR", str(settings.data_dir))
    done = CliRunner().invoke(app, ["switch", "off", "answering", "--reason", "test"])
    assert done.exit_code == 0, done.output
    assert client.post("/v1/answers", json=COST).json()["outcome"] == "refused_off"
    listed = CliRunner().invoke(app, ["switch", "list", "--json"]).stdout.splitlines()
    assert {"level": "answering", "off": True} in [json.loads(line) for line in listed]
    (change,) = CliRunner().invoke(app, ["switch", "list", "--history", "--json"]).stdout.splitlines()
    assert json.loads(change)["reason"] == "test" and json.loads(change)["at"].endswith("+00:00")
