"""Each string of te reo Māori says where it comes from and who has read it."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from assistant import Review, as_toml, offered, show_only_reviewed, te_reo_strings, words
from guardrails import Policy

POLICY = Policy.load()


@pytest.fixture
def only_reviewed():
    """As an installation that shows reviewed words only."""
    show_only_reviewed(True)
    yield
    show_only_reviewed(False)


def test_every_string_has_its_english_and_its_source() -> None:
    """Interface and replies are all there, each beside what it says in English."""
    strings = te_reo_strings(POLICY)
    assert len(strings) == len({each.id for each in strings})
    assert all(each.source for each in strings)
    missing = [each.id for each in strings if not each.english and each.text]
    assert missing in ([], ["words.interface.unreviewed_interface"])


def test_nothing_claims_a_review_that_nobody_gave() -> None:
    """No fluent speaker has read anything yet, and the product says so."""
    assert not any(each.reviewed for each in te_reo_strings(POLICY))
    assert not words("mi").reviewed


def test_unreviewed_words_can_be_hidden(only_reviewed) -> None:
    """With the setting, a reader of te reo Māori gets English words and no switch to words nobody checked."""
    assert words("mi").language == "en"
    assert offered() == ("en",)


def test_unreviewed_replies_can_be_hidden() -> None:
    """The guards' replies fall back one by one, and say which language they are in."""
    shown = POLICY.reviewed_only()
    assert all(reply.reviewed for reply in shown.replies.values())
    assert shown.reply("greeting", "mi").language == "en"


def test_a_review_becomes_an_entry_that_can_be_pasted() -> None:
    """Quotes, line breaks and macrons survive the file that a maintainer merges."""
    text = 'Kei te "pai"\\ āe\nhoki'
    entry = as_toml("words.note.person", Review(text, "Ā. Kaiarotake", date(2026, 12, 1)))
    read = tomllib.loads(entry)["review"][0]
    assert read == {
        "string": "words.note.person",
        "text": text,
        "by": "Ā. Kaiarotake",
        "on": date(2026, 12, 1),
    }
