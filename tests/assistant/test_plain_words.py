"""What the service says in its own words is plain: short sentences, and words that most people know."""

from __future__ import annotations

import re

import pytest

from assistant import all_prose, words
from evals.metrics.readability import syllables
from guardrails import Policy

LONGEST = 24
"""Words of a sentence; chosen by hand."""

OLDEST = 11.0
"""Years of age, as the metric "reading age" of the suites gives it, over all of it together."""

VALUE = re.compile(r"\{\w*\}")
END = re.compile(r"(?<=[.!?])\s+")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def sentences() -> list[list[str]]:
    """The words of each English sentence of pages, endings and fixed replies; labels are none."""
    own = words("en")
    texts = [text for table in (own.outcome, own.note, own.interface) for text in table.values()]
    texts += [each.en for each in all_prose().values()]
    texts += [reply.text for (_, language), reply in Policy.load().replies.items() if language == "en"]
    pieces = [piece for text in texts for piece in END.split(VALUE.sub("it", text))]
    return [WORD.findall(piece) for piece in pieces if piece.rstrip().endswith((".", "?", "!"))]


@pytest.fixture(scope="module")
def said() -> list[list[str]]:
    """All of them."""
    return [each for each in sentences() if each]


def test_no_sentence_is_long(said: list[list[str]]) -> None:
    """One that is longer is cut in two."""
    assert [" ".join(each) for each in said if len(each) > LONGEST] == []


def test_a_child_who_leaves_primary_school_can_read_it(said: list[list[str]]) -> None:
    """Over all that the service says of itself, never counting what it quotes."""
    count = sum(map(len, said))
    grade = 0.39 * count / len(said) + 11.8 * sum(syllables(word) for each in said for word in each) / count
    assert grade - 15.59 + 5 <= OLDEST
