"""An editor boosts, pins or hides a page for a topic."""

from __future__ import annotations

import pytest

from assistant import Effect, Preference, Preferences, Preferred
from assistant.errors import PreferenceError
from assistant.model import Screened
from assistant.retrieve import retrieve
from assistant.threshold import default_threshold
from assistant.understand import understand
from guardrails import Action, Verdict
from ingest import create_tables, open_engine
from tests.doubles import BagOfWords, page
from tests.snapshots import snapshot

TOPIC = "passports"
RENEW = page("renew-a-passport", "Renew a passport online. A passport renewal costs $247.", topic=TOPIC)
LOST = page("lost-passport", "Report a lost passport, then renew the passport.", topic=TOPIC)
DOGS = page("register-a-dog", "Register a dog with your council.", topic="dogs")
QUESTION = "How do I renew a passport?"


def first(preferred, question=QUESTION):
    """Titles found for the question, best first, with the editor's word."""
    held = snapshot((RENEW, LOST, DOGS))
    asked = understand(Screened(question, (), None, (), Verdict(Action.PASS, "", "")))
    found = retrieve(asked, held, BagOfWords(), threshold=default_threshold(), weigh=preferred)
    return [each.page.page.title for each in found.pages]


def effect(of, what, topic=TOPIC):
    """One page's effect."""
    return Preferred((Preference(topic, of.id, what),))


def test_without_a_word_the_best_page_comes_first():
    """The measure that the others are compared with."""
    assert first(Preferred())[0] == RENEW.title


def test_a_pinned_page_comes_first_on_its_topic():
    """Where it fits the question."""
    assert first(effect(LOST, Effect.PIN))[:2] == [LOST.title, RENEW.title]


def test_a_pin_does_not_make_an_unrelated_page_answer():
    """A page that says nothing on the question stays where it was."""
    assert first(effect(DOGS, Effect.PIN))[0] == RENEW.title


def test_a_hidden_page_is_not_found_on_that_topic_and_is_on_others():
    """Hidden for passports, it still answers on dogs, and the other way round."""
    assert RENEW.title not in first(effect(RENEW, Effect.HIDE))
    assert RENEW.title in first(effect(RENEW, Effect.HIDE, topic="dogs"))
    assert first(effect(RENEW, Effect.HIDE), "How do I register a dog?")[0] == DOGS.title


def test_a_boosted_page_scores_higher_and_no_more_than_that():
    """It moves up only as far as its score takes it."""
    held = snapshot((RENEW, LOST, DOGS))
    scores = first(effect(LOST, Effect.BOOST))
    assert set(scores) >= {RENEW.title, LOST.title}
    import numpy as np

    plain = np.array([1.0, 0.9, 0.0], dtype=np.float32)
    weighed = effect(LOST, Effect.BOOST)(held, plain)
    assert weighed[1] == pytest.approx(0.9 * 1.25)
    assert list(plain) == pytest.approx([1.0, 0.9, 0.0])


@pytest.mark.anyio
async def test_every_change_is_kept_and_taking_it_back_is_one(tmp_path, now):
    """What holds is the last word on a page; the history holds all of them."""
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    await create_tables(engine)
    preferences = Preferences(engine, now)
    await preferences.change(TOPIC, LOST.id, Effect.BOOST, by="mere", reason="storm")
    await preferences.change(TOPIC, LOST.id, Effect.PIN, by="mere", reason="storm")
    assert [each.effect for each in (await preferences.held()).held] == [Effect.PIN]
    await preferences.change(TOPIC, LOST.id, None, by="hine", reason="over")
    assert (await preferences.held()).held == ()
    assert [each.effect for each in await preferences.changes()] == [None, Effect.PIN, Effect.BOOST]
    with pytest.raises(PreferenceError):
        await preferences.change(TOPIC, LOST.id, Effect.PIN, by="mere", reason=" ")
    await engine.dispose()
