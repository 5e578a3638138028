"""Nobody in danger is told to come back later: help comes before limits, a crowd and other errors."""

from __future__ import annotations

import json
import time

import anyio
import pytest
from fastapi.testclient import TestClient

from assistant import FirstHelp, Question
from tests.doubles import BagOfWords
from web.main import create_app

DANGER = "I want to kill myself"
ORDINARY = "How much does a standard passport cost?"
HELPLINE = "1737"
JSON_RPC = {"Accept": "application/json, text/event-stream"}


def mcp(question, tool="ask"):
    """A call of a tool."""
    call = {"name": tool, "arguments": {"question": question}}
    return {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": call}


WAYS = {
    "json": lambda client, text: client.post("/v1/answers", json={"question": text}),
    "events": lambda client, text: client.post(
        "/v1/answers", json={"question": text}, headers={"Accept": "text/event-stream"}
    ),
    "completions": lambda client, text: client.post(
        "/v1/chat/completions",
        json={"model": "govt-assistant", "messages": [{"role": "user", "content": text}]},
    ),
    "chunks": lambda client, text: client.post(
        "/v1/chat/completions",
        json={"model": "govt-assistant", "stream": True, "messages": [{"role": "user", "content": text}]},
    ),
    "page": lambda client, text: client.post("/", data={"question": text}),
    "mcp": lambda client, text: client.post("/mcp", json=mcp(text), headers=JSON_RPC),
}


@pytest.fixture
def busy(settings):
    """A service that has no place for one more question."""
    chosen = settings.model_copy(update={"questions_at_once": 1, "questions_waiting": 0})
    with TestClient(create_app(chosen, embedder=BagOfWords())) as client:
        client.portal.call(client.app.state.admission._slots.acquire)
        yield client
        client.app.state.admission._slots.release()


@pytest.fixture
def spent(settings):
    """A service that the address has asked as often as it may."""
    with TestClient(
        create_app(settings.model_copy(update={"requests_per_minute": 1}), embedder=BagOfWords())
    ) as client:
        client.post("/v1/answers", json={"question": ORDINARY})
        yield client


@pytest.mark.parametrize("way", WAYS)
def test_danger_is_met_with_help_where_limits_are_used_up(spent, way):
    """However the question comes, it is answered with help; an ordinary one is told when to come back."""
    helped, refused = WAYS[way](spent, DANGER), WAYS[way](spent, ORDINARY)
    assert helped.status_code == 200 and HELPLINE in helped.text
    assert refused.status_code == 429 and HELPLINE not in refused.text


@pytest.mark.parametrize("way", WAYS)
def test_danger_is_met_with_help_in_a_crowd(busy, way):
    """Help needs no place among the questions that are worked on."""
    helped, refused = WAYS[way](busy, DANGER), WAYS[way](busy, ORDINARY)
    assert helped.status_code == 200 and HELPLINE in helped.text
    assert refused.status_code == 503 and HELPLINE not in refused.text


@pytest.mark.parametrize("way", ["json", "page"])
def test_everybody_who_is_turned_away_is_told_the_emergency_number(spent, way):
    """The rules do not see every danger."""
    assert "111" in WAYS[way](spent, ORDINARY).text


def test_danger_does_not_wait_in_the_queue(settings):
    """Where others wait for their turn, help is there at once."""
    chosen = settings.model_copy(update={"questions_at_once": 1, "questions_waiting": 5})
    with TestClient(create_app(chosen, embedder=BagOfWords())) as client:
        client.portal.call(client.app.state.admission._slots.acquire)
        assert HELPLINE in WAYS["json"](client, DANGER).text
        assert HELPLINE in WAYS["mcp"](client, DANGER).text
        client.app.state.admission._slots.release()


@pytest.mark.parametrize(
    "body",
    [
        {"question": f"{DANGER}. {'I do not know what to do. ' * 100}"},
        {"question": DANGER, "conversation_id": "v_0123456789abcdefghijkl"},
    ],
    ids=["too long", "a conversation that is gone"],
)
def test_what_is_wrong_with_a_question_does_not_stand_before_help(client, body):
    """Somebody in danger is not told to shorten it, nor that the conversation has expired."""
    answer = client.post("/v1/answers", json=body).json()
    assert answer["outcome"] == "crisis" and HELPLINE in str(answer["notices"])


def test_a_question_that_is_too_long_is_read_for_danger_over_the_protocol_too(client):
    """A program is given help to show, and for any other question what to do."""
    rest = "I do not know what to do. " * 100
    assert HELPLINE in WAYS["mcp"](client, f"{DANGER}. {rest}").text
    assert "Shorten it" in WAYS["mcp"](client, f"{ORDINARY} {rest}").text


def test_half_an_emoji_does_not_stand_before_help(busy):
    """A program may cut a text within one: JSON lets it."""
    body = json.dumps(mcp(f"{DANGER} \ud83d"))
    response = busy.post("/mcp", content=body, headers=JSON_RPC | {"Content-Type": "application/json"})
    assert response.status_code == 200 and HELPLINE in response.text


def test_other_calls_of_the_protocol_are_let_through_whole(busy):
    """A body that was read to look for danger reaches its tool when a place is free."""
    busy.app.state.admission._most_waiting = 1
    with anyio.from_thread.start_blocking_portal() as other:
        waiting = other.start_task_soon(anyio.to_thread.run_sync, lambda: WAYS["mcp"](busy, "Passport?"))
        while not busy.app.state.admission._waiting:
            time.sleep(0.01)
        busy.portal.call(busy.app.state.admission._slots.release)
        assert waiting.result().json()["result"]["structuredContent"]["answer"]["question"] == "Passport?"
    busy.portal.call(busy.app.state.admission._slots.acquire)


@pytest.mark.parametrize("body", ["[", "[]", "{}", '{"params": {"name": "ask", "arguments": []}}'])
def test_a_body_that_is_no_call_is_turned_away(spent, body):
    """Whatever it holds: no error of ours."""
    refused = spent.post("/mcp", content=body, headers=JSON_RPC | {"Content-Type": "application/json"})
    assert refused.status_code == 429


def test_looking_for_danger_is_bounded(client):
    """Beyond its places nobody is looked at, so that being turned away costs next to nothing."""
    built = client.app.state.services
    full = FirstHelp(at_once=1, most_waiting=0)
    assert client.portal.call(full.look, Question(DANGER), built.assistant) is None


def test_help_over_the_protocol_reads_as_every_other_result(client):
    """A client cannot tell that the protocol's library was not there."""
    usual = WAYS["mcp"](client, DANGER).json()
    client.app.state.admission._slots = anyio.Semaphore(0)
    in_a_crowd = WAYS["mcp"](client, DANGER).json()
    assert (in_a_crowd["id"], in_a_crowd["jsonrpc"]) == (usual["id"], usual["jsonrpc"])
    assert in_a_crowd["result"].keys() == usual["result"].keys()
    shown = in_a_crowd["result"]["structuredContent"]
    assert shown["text"] == usual["result"]["structuredContent"]["text"]
    assert shown["answer"].keys() == usual["result"]["structuredContent"]["answer"].keys()
