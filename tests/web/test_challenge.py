"""Under attack work is asked of each question: programs and browsers do it, a page without script waits."""

from __future__ import annotations

import re

import altcha
import pytest
from fastapi.testclient import TestClient

from ingest import sync
from tests.doubles import BagOfWords, Pages
from tests.web.conftest import PAGES
from web import challenge
from web.main import create_app, now

QUESTION = {"question": "How much does a standard passport cost?"}
ADDRESS = ("203.0.113.1", 50_000)


@pytest.fixture
def served(settings, monkeypatch):
    """The service with changed settings, asked from an address."""
    monkeypatch.setattr(challenge, "ITERATIONS", 10)
    opened = []

    def serve(**changes):
        app = create_app(settings.model_copy(update=changes), embedder=BagOfWords())
        client = TestClient(app, client=ADDRESS)
        client.__enter__()
        opened.append(client)
        client.portal.call(lambda: sync(Pages(PAGES), app.state.services.index, now=now))
        return client

    yield serve
    for client in opened:
        client.__exit__(None, None, None)


def solved(response):
    """The header with the solution of the task that a response describes."""
    task = altcha.Challenge.from_dict(response.json()["challenge"])
    payload = altcha.Payload(task, altcha.solve_challenge(task))
    return {"Proof-Of-Work": payload.to_base64()}


def test_by_default_nothing_is_asked(served):
    """A question is answered, and no task is described."""
    assert served().post("/v1/answers", json=QUESTION).status_code == 200


@pytest.mark.parametrize("path", ["/v1/answers", "/v1/chat/completions"])
def test_a_program_is_told_what_to_do_and_does_it(served, path):
    """The problem holds the task; with its solution the same question is answered, once."""
    client = served(challenge="always")
    asked = QUESTION | {"model": "govt-assistant", "messages": [{"role": "user", "content": "Passport?"}]}
    told = client.post(path, json=asked)
    assert (told.status_code, told.json()["type"]) == (429, "/problems/challenge-required")
    assert "Proof-Of-Work" in told.json()["what_to_do"] and int(told.headers["Retry-After"]) > 0
    work = solved(told)
    assert client.post(path, json=asked, headers=work).status_code == 200
    assert client.post(path, json=asked, headers=work).status_code == 429, "it is worth one question"
    figures = client.get("/metrics").text
    assert 'assistant_challenges_total{result="asked"} 2.0' in figures
    assert 'assistant_challenges_total{result="worked"} 1.0' in figures


@pytest.mark.parametrize("proof", ["", "none", "e30=", "W10=", "A" * 10_000, "bnVsbA=="])
def test_what_is_no_solution_is_asked_again(served, proof):
    """Whatever is sent in its place: a new task, never an error of ours."""
    client = served(challenge="always")
    response = client.post("/v1/answers", json=QUESTION, headers={"Proof-Of-Work": proof})
    assert response.status_code == 429 and response.json()["challenge"]["signature"]


def test_a_task_of_ones_own_is_not_accepted(served):
    """Only what this service signed counts, as it was signed."""
    client = served(challenge="always")
    easy = altcha.create_challenge(challenge.ALGORITHM, 1, key_prefix="", hmac_secret=b"mine")
    payload = altcha.Payload(easy, altcha.solve_challenge(easy)).to_base64()
    assert client.post("/v1/answers", json=QUESTION, headers={"Proof-Of-Work": payload}).status_code == 429
    given = altcha.Challenge.from_dict(client.post("/v1/answers", json=QUESTION).json()["challenge"])
    given.parameters.key_prefix = ""
    payload = altcha.Payload(given, altcha.solve_challenge(given)).to_base64()
    assert client.post("/v1/answers", json=QUESTION, headers={"Proof-Of-Work": payload}).status_code == 429


def test_it_is_asked_while_one_network_asks_very_much(served):
    """Neighbours share the network's limit; who does the work is answered, other networks are not asked."""
    client = served(challenge="auto", requests_per_minute=2, challenge_multiple=2)

    def ask(address, **more):
        return TestClient(client.app, client=(address, 1)).post("/v1/answers", json=QUESTION, **more)

    first = [ask(f"203.0.113.{host}").status_code for host in (1, 1, 2, 2)]
    assert first == [200] * 4
    told = ask("203.0.113.3")
    assert told.json()["type"] == "/problems/challenge-required"
    assert ask("203.0.113.3", headers=solved(told)).status_code == 200
    assert ask("198.51.100.1").status_code == 200
    over = ask("203.0.113.1")
    assert over.json()["type"] == "/problems/too-many-requests", "its own limit holds all the same"


def test_a_key_is_not_asked_for_work(served):
    """Who sends it is known."""
    client = served(challenge="always")
    keys = client.app.state.services.access.keys
    key = client.portal.call(lambda: keys.add("portal", [], days=None, by="test", per_minute=9))
    bearer = {"Authorization": f"Bearer {key}"}
    assert client.post("/v1/answers", json=QUESTION, headers=bearer).status_code == 200


def test_somebody_in_danger_is_not_asked_for_work(served):
    """Help comes first, on the page too."""
    client = served(challenge="always")
    danger = {"question": "I want to kill myself"}
    assert "1737" in client.post("/v1/answers", json=danger).text
    assert "1737" in client.post("/", data=danger).text


def test_without_a_script_the_page_waits(served):
    """Too early it says how long still; then the question, which stayed in its field, is answered."""
    client = served(challenge="always")
    at = [1_000_000.0]
    client.app.state.challenges._clock = lambda: at[0]
    told = client.post("/", data=QUESTION)
    assert told.status_code == 429 and "Wait 15 seconds" in told.text and QUESTION["question"] in told.text
    ticket = re.search(r'name="waited" value="([^"]+)"', told.text)[1]
    at[0] += 5
    early = client.post("/", data=QUESTION | {"waited": ticket})
    assert "Wait 10 seconds" in early.text and ticket in early.text
    at[0] += 10
    assert "$100" in client.post("/", data=QUESTION | {"waited": ticket}).text
    elsewhere = TestClient(client.app, client=("198.51.100.1", 1))
    assert elsewhere.post("/", data=QUESTION | {"waited": ticket}).status_code == 429


def test_waiting_costs_more_than_work(served):
    """One address that waits is answered four times a minute, however many tickets it gathers."""
    client = served(challenge="always")
    at = [1_000_000.0]
    client.app.state.challenges._clock = lambda: at[0]
    found = [re.search(r'name="waited" value="([^"]+)"', client.post("/", data=QUESTION).text)[1]] * 6
    at[0] += 20
    answered = [client.post("/", data=QUESTION | {"waited": each}).status_code for each in found]
    assert answered == [200] * challenge.WAITS_A_MINUTE + [429] * 2


@pytest.mark.parametrize("ticket", ["1", ".", "1.2", "99999999999999.x", "²." + "0" * 64])
def test_a_made_up_ticket_is_worth_nothing(served, ticket):
    """It begins a wait as none does."""
    response = served(challenge="always").post("/", data=QUESTION | {"waited": ticket})
    assert response.status_code == 429 and "Wait 15 seconds" in response.text


def test_replicas_need_a_secret_in_common(settings):
    """Else each would refuse the other's tasks: the start says so."""
    from evals import ConfigurationError

    chosen = settings.model_copy(update={"challenge": "auto", "redis_url": "redis://127.0.0.1:1/0"})
    with pytest.raises(ConfigurationError, match="secret"):
        create_app(chosen, embedder=BagOfWords())
