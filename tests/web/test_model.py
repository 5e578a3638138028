"""With a language model configured: what it says is shown only as far as the pages say it too."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from ingest import sync
from tests.doubles import BagOfWords, Pages
from tests.scripted_model import cut, error, passages_of, says, sentence, serving, slow_first_token
from tests.web.conftest import PAGES
from web.main import create_app, now

QUESTION = {"question": "How much does a standard passport cost?"}
RIGHT = "For a standard passport the fee is $100."


def replies(*lines):
    """A reply of these (text, passage) lines; without a passage, the one that holds the fee is cited."""

    def reply(request):
        fee = next(each["id"] for each in passages_of(request) if "$100" in each["text"])
        return says(*(sentence(text, passage or fee) for text, passage in lines))

    return reply


@pytest.fixture
def ask(settings):
    """Ask the service with a model that follows a script; gives the answer."""

    def asking(*script, timeout=60.0):
        with serving(*script) as model:
            changed = {"model": "scripted", "openai_base_url": model.base_url, "model_timeout": timeout}
            app = create_app(settings.model_copy(update=changed), embedder=BagOfWords())
            with TestClient(app) as client:
                index = app.state.services.index
                client.portal.call(lambda: sync(Pages(PAGES), index, now=now))
                return client.post("/v1/answers", json=QUESTION).json()

    return asking


def texts(answer):
    """What the answer says."""
    return [each["text"] for each in answer["sentences"]]


def test_a_right_sentence_is_shown_in_the_models_words_with_its_quote(ask):
    """A rephrasing whose figure stands in its passage is the answer, cited to the row it comes from."""
    answer = ask(replies((RIGHT, None)))
    assert (answer["composer"], texts(answer)) == ("generative", [RIGHT])
    assert "| Standard passport | $100 |" in [c["quote"] for c in answer["sentences"][0]["citations"]]
    assert answer["prompt_digest"]


@pytest.mark.parametrize(
    "wrong",
    [
        ("For a standard passport the fee is $900.", None),
        ("A standard passport takes 3 working days.", None),
        ("You need not pay the passport fee by card.", None),
        ("The standard passport costs $100.", "p99"),
        ("Apply at https://passports.example.com for $100.", None),
    ],
    ids=["figure", "invention", "polarity", "citation", "link"],
)
def test_what_the_pages_do_not_say_is_never_shown(ask, wrong):
    """A wrong figure, an invention, a turned rule, an invented citation or link: none reaches the reader."""
    answer = ask(replies((RIGHT, None), wrong))
    assert RIGHT in texts(answer)
    assert wrong[0] not in texts(answer)
    assert "$900" not in json.dumps(answer)
    assert "example.com" not in json.dumps(answer)


@pytest.mark.parametrize(
    "fault",
    [
        [error(500), error(500), error(500)],
        [error(429), error(429), error(429)],
        [says("this is not JSON", "nor this", done=False)],
        [replies(("I cannot help with that.", None))],
        [cut(says(sentence(RIGHT, "p1")), 2)],
    ],
    ids=["500", "429", "garbage", "refusal", "cut"],
)
def test_a_model_that_fails_leaves_the_pages_own_words(ask, fault):
    """Whatever the model does, the citizen gets the extracts, every one verbatim."""
    answer = ask(*fault)
    assert answer["outcome"] == "answered"
    assert "Standard passport | $100" in texts(answer)


def test_a_model_that_is_too_slow_leaves_the_pages_own_words(ask):
    """A first token that never comes costs the time limit, not the answer."""
    answer = ask(slow_first_token(), slow_first_token(), timeout=0.5)
    assert "Standard passport | $100" in texts(answer)


def test_a_model_whose_address_is_none_leaves_the_pages_own_words(client):
    """A setting that was mistyped costs the model, not the answers; `doctor` names it."""
    changed = {"model": "scripted", "openai_base_url": "http://[::1"}
    settings = client.app.state.services.settings.model_copy(update=changed)
    with TestClient(create_app(settings, embedder=BagOfWords())) as other:
        answer = other.post("/v1/answers", json=QUESTION).json()
    assert (answer["outcome"], answer["composer"]) == ("answered", "extractive")


def test_a_model_that_recovers_is_used(ask):
    """One 429 is retried."""
    assert ask(error(429), replies((RIGHT, None)))["composer"] == "generative"


def test_what_the_model_costs_is_in_the_services_own_measure(settings, tmp_path):
    """Tokens at their price for each answer; without a price there is no figure rather than nothing."""
    from tests.web.people import bearer
    from web.access import Role

    def cost(price):
        with serving(replies((RIGHT, None))) as model:
            changed = {"model": "scripted", "openai_base_url": model.base_url, "price_per_1000_tokens": price}
            changed["data_dir"] = tmp_path / str(price)
            app = create_app(settings.model_copy(update=changed), embedder=BagOfWords())
            with TestClient(app) as client:
                index = app.state.services.index
                client.portal.call(lambda: sync(Pages(PAGES), index, now=now))
                client.post("/v1/answers", json=QUESTION)
                path = "/v1/programme/measures/actions/report-own"
                return client.post(path, json={}, headers=bearer(client, Role.ADMIN)).json()

    told = cost(2.0)
    assert told["readings"]["cost-per-answer"] == pytest.approx(0.154 * 2.0)
    assert "cost-per-answer" in cost(0.0)["without_data"]
