"""The same question under the same conditions is answered from memory, and never under others."""

from __future__ import annotations

import pytest

from assistant import Effect, Level, TopicState
from ingest import sync
from tests.doubles import Pages
from tests.web.conftest import LICENCE, PAGES, page
from web.main import now

COST = "How much does a standard passport cost?"
TOPIC = "passports-citizenship-and-identity"


def ask(client, question=COST, **more):
    """The answer over HTTP."""
    response = client.post("/v1/answers", json={"question": question, **more})
    assert response.status_code == 200, response.text
    return response.json()


def run(client, work):
    """Run a coroutine function in the application's loop."""
    return client.portal.call(work)


def parts(client):
    """The application's parts."""
    return client.app.state.services


def without_identity(answer):
    """What two answers to the same question have in common."""
    own = {"id", "conversation_id", "timings", "cached", "question"}
    return {name: value for name, value in answer.items() if name not in own}


def test_the_same_question_is_answered_the_same_from_memory(client):
    """Spacing, case and a final mark make no difference; the answer is whole and has its own identifier."""
    first, again = ask(client), ask(client, "  how much does a STANDARD passport cost ")
    assert (first["cached"], again["cached"]) == (False, True)
    assert without_identity(first) == without_identity(again)
    assert again["id"] != first["id"] and again["question"] == "how much does a STANDARD passport cost"


def test_a_remembered_answer_has_its_receipt(client):
    """It stands in its own conversation, as any other answer does."""
    ask(client)
    again = ask(client)
    kept = client.get(f"/v1/conversations/{again['conversation_id']}").json()
    assert [each["id"] for each in kept] == [again["id"]]


def test_it_streams_as_any_other(client):
    """Pages, then each sentence, then one final event."""
    answer = ask(client)
    response = client.post("/v1/answers", json={"question": COST}, headers={"Accept": "text/event-stream"})
    names = [line.removeprefix("event: ") for line in response.text.splitlines() if line.startswith("event")]
    assert names.count("sentence") == len(answer["sentences"]) > 0
    assert names.count("final") == 1 and names[-1] == "final"


def test_a_follow_up_is_always_answered_anew(client):
    """What it means depends on what came before."""
    first = ask(client, "How do I renew a passport?")
    for _ in range(2):
        follow = ask(client, "How much does it cost?", conversation_id=first["conversation_id"])
        assert not follow["cached"]
    assert not ask(client, "How much does it cost?")["cached"], "nor does it answer one that stands alone"


def test_a_question_with_personal_details_is_never_remembered(client):
    """Nobody else asks it in those words, so nothing is kept of it."""
    text = "My IRD number is 49-091-850, how much does a standard passport cost?"
    assert not any(ask(client, text)["cached"] for _ in range(2))


def test_a_crisis_is_always_looked_at_anew(client):
    """Help never comes from memory."""
    answers = [ask(client, "I want to kill myself") for _ in range(2)]
    assert [(each["outcome"], each["cached"]) for each in answers] == [("crisis", False)] * 2


def test_a_new_version_a_topic_and_a_preferred_page_are_felt_at_once(client):
    """Each of them is another key: no earlier answer is given."""
    built = parts(client)
    ask(client)
    changed = page("renew-a-passport", PAGES[0].text.replace("$100", "$105"), topic=TOPIC)
    run(client, lambda: sync(Pages([changed, LICENCE]), built.index, now=now))
    after = ask(client)
    assert not after["cached"] and "$105" in str(after["sentences"])
    run(client, lambda: built.topics.change(TOPIC, TopicState(off=True), by="mere", reason="test"))
    assert ask(client)["outcome"] == "refused_topic"
    run(client, lambda: built.topics.change(TOPIC, TopicState(), by="mere", reason="test"))
    assert ask(client)["cached"], "and what held before holds again"
    page_id = after["sources"][0]["page_id"]
    run(client, lambda: built.preferences.change(TOPIC, page_id, Effect.HIDE, by="mere", reason="test"))
    assert not ask(client)["cached"]


def test_language_is_part_of_the_question(client):
    """An answer in one language is never given to a reader of the other."""
    assert ask(client, language="en")["language"] == "en"
    other = ask(client, language="mi")
    assert (other["language"], other["cached"]) == ("mi", False)


@pytest.mark.parametrize("minutes", [0, 10])
def test_it_can_be_turned_off(settings, embedder, minutes):
    """With 0 minutes each question is answered anew."""
    from fastapi.testclient import TestClient

    from web.main import create_app

    chosen = settings.model_copy(update={"answer_cache_minutes": minutes})
    with TestClient(create_app(chosen, embedder=embedder)) as client:
        run(client, lambda: sync(Pages(PAGES), parts(client).index, now=now))
        ask(client)
        assert ask(client)["cached"] is (minutes > 0)


def test_the_hit_rate_is_a_figure(client):
    """Operators see how many questions were looked up and found."""
    ask(client)
    ask(client)
    text = client.get("/metrics").text
    assert 'assistant_answer_cache_total{result="hit"} 1.0' in text
    assert 'assistant_answer_cache_total{result="miss"} 1.0' in text


def test_answers_with_generation_off_are_others(client):
    """What was composed under one switch is not given under another."""
    ask(client)
    switches = parts(client).switches
    run(client, lambda: switches.turn(Level.GENERATION, off=True, by="mere", reason="test"))
    assert not ask(client)["cached"]
