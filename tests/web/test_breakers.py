"""A dependency that keeps failing is left alone for a while: nobody waits for it again and again."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import circuitbreaker
import pytest
from fastapi.testclient import TestClient

from ingest import sync
from tests.doubles import BagOfWords, Pages
from tests.scripted_model import faithful, serving, slow_first_token
from tests.web.conftest import PAGES
from web import breakers
from web.breakers import Breaker, Patience
from web.main import create_app, now

QUESTION = {"question": "How much does a standard passport cost?"}
OPEN = 'assistant_breaker_open{dependency="model"}'


@pytest.fixture
def clock(monkeypatch):
    """The breakers' clock, in hand."""
    at = [1_000.0]
    monkeypatch.setattr(circuitbreaker, "monotonic", lambda: at[0])
    return at


def fail(breaker, error=OSError):
    """One call that ends in `error`."""
    with suppress(error), breaker.call():
        raise error


def test_it_opens_after_failures_in_a_row_and_closes_when_a_trial_succeeds(clock):
    """A success in between starts the count anew; while it is tried, everybody else still leaves it alone."""
    breaker = Breaker("thing", Patience(failures=2, seconds=30))
    fail(breaker)
    with breaker.call():
        pass
    fail(breaker)
    assert not breaker.is_open
    fail(breaker)
    assert breaker.is_open
    clock[0] += 31
    assert not breaker.is_open
    with breaker.call():
        assert breaker.is_open, "one tries, the others wait for what comes of it"
    assert not breaker.is_open


def test_a_trial_that_fails_leaves_it_open(clock):
    """One more failure is enough then."""
    breaker = Breaker("thing", Patience(failures=2, seconds=30))
    fail(breaker)
    fail(breaker)
    clock[0] += 31
    fail(breaker)
    assert breaker.is_open


def test_a_citizen_who_leaves_says_nothing_of_the_dependency(clock):
    """Neither does it count as a failure, nor does it end a row of them or a trial."""
    breaker = Breaker("thing", Patience(failures=2, seconds=30))
    fail(breaker)
    fail(breaker, asyncio.CancelledError)
    assert not breaker.is_open
    fail(breaker)
    clock[0] += 31
    fail(breaker, GeneratorExit)
    assert not breaker.is_open, "the next one may try"


def test_a_model_that_sends_nothing_is_not_waited_for_each_time(settings, clock):
    """After three time limits the pages' own words come at once, as figures show; later it is tried again."""
    does = {"now": lambda _: slow_first_token()}
    with serving(lambda request: does["now"](request)) as model:
        changed = {"model": "scripted", "openai_base_url": model.base_url, "answer_cache_minutes": 0}
        app = create_app(settings.model_copy(update=changed | {"model_timeout": 0.2}), embedder=BagOfWords())
        with TestClient(app) as client:

            def composers(count):
                answers = [client.post("/v1/answers", json=QUESTION).json() for _ in range(count)]
                assert {each["outcome"] for each in answers} == {"answered"}
                return [each["composer"] for each in answers]

            client.portal.call(lambda: sync(Pages(PAGES), app.state.services.index, now=now))
            assert f"{OPEN} 0.0" in client.get("/metrics").text
            assert composers(breakers.MODEL.failures) == ["extractive"] * 3
            asked = len(model.requests)
            assert composers(3) == ["extractive"] * 3
            assert len(model.requests) == asked, "nobody waited for it"
            assert f"{OPEN} 1.0" in client.get("/metrics").text
            does["now"] = faithful
            clock[0] += breakers.MODEL.seconds + 1
            assert composers(2) == ["generative"] * 2
            assert f"{OPEN} 0.0" in client.get("/metrics").text
