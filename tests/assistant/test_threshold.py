"""The assistant knows when it does not know."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assistant.errors import WordsError
from assistant.threshold import AGAINST, EVIDENCE, Evidence, Threshold, default_threshold
from tests.doubles import page
from tests.snapshots import JOBSEEKER, PASSPORT, ask, snapshot

if TYPE_CHECKING:
    from pathlib import Path

SOME = Evidence(passage=0.4, unit=0.4, coverage=0.5, words_met=0.5, names_missing=0.5, places_missing=0.5)


def likely(**more: float | None) -> float:
    """Probability of an answer on middling evidence, with these numbers in its place."""
    return default_threshold().probability(replace(SOME, **more))


@pytest.mark.parametrize("name", ["passage", "unit", "coverage", "words_met"])
def test_evidence_for_an_answer_never_makes_it_less_likely(name: str) -> None:
    """More meaning or more words in common raise the probability or leave it."""
    assert likely(**{name: 0.9}) >= likely(**{name: 0.1})


@pytest.mark.parametrize("name", ["names_missing", "places_missing"])
def test_what_the_page_lacks_makes_an_answer_less_likely(name: str) -> None:
    """A name or a foreign place that the page does not mention lowers the probability."""
    assert likely(**{name: 1.0}) < likely(**{name: 0.0})


@pytest.mark.parametrize("question", ["renew a passport in Peru", "renew a passport in peru"])
def test_a_foreign_place_counts_against_a_page_that_does_not_name_it(question: str) -> None:
    """Another country's passport is not this page's, however the country is typed."""
    assert ask(question).evidence.places_missing > 0
    assert ask(question).probability < ask("renew a passport online").probability


def test_a_name_that_the_page_lacks_counts_against_it() -> None:
    """A question about somebody's business is not one about the service, though its words are alike."""
    assert ask("how do I renew at Zandervelt").evidence.names_missing > 0
    assert ask("Does Work and Income pay Jobseeker Support?").evidence.names_missing == 0


def test_words_of_an_earlier_turn_count_where_the_question_leans_on_it() -> None:
    """A follow-up that names no subject is judged by the subject before it."""
    alone, after = ask("what does it cost?"), ask("what does it cost?", history=["register my dog"])
    assert after.evidence.words_met > alone.evidence.words_met


def test_grammar_words_of_te_reo_are_no_evidence() -> None:
    """A page in te reo Māori is not near to every question in it: what counts is what both are about."""
    dog = replace(
        page("te-kuri", "Ka taea e koe te rēhita i te kurī i te kaunihera o te rohe."), language="mi"
    )
    held = snapshot([dog, PASSPORT, JOBSEEKER])
    about, beside = ask("me rēhita te kurī ki hea", held), ask("he aha te tohutao o te keke i te umu", held)
    assert beside.pages[0].page.page.language == "mi"
    assert beside.evidence.unit < 0.1 < about.evidence.unit


def test_a_version_without_unit_vectors_has_a_model_of_its_own() -> None:
    """A large site is judged by weights that were fitted without the cosine of units."""
    threshold = default_threshold()
    assert threshold.probability(replace(SOME, unit=None)) == threshold.without_units.probability(
        replace(SOME, unit=None).values
    )


def test_shipped_weights_have_their_sign() -> None:
    """No fitted weight works against its meaning."""
    for model in (default_threshold().with_units, default_threshold().without_units):
        for name, weight in zip(EVIDENCE, model.weights, strict=True):
            assert weight <= 0 if name in AGAINST else weight >= 0


def test_a_broken_threshold_file_says_what_to_do(tmp_path: Path) -> None:
    """A file that lacks a weight is named, with the command that writes it."""
    path = tmp_path / "threshold.toml"
    path.write_text("cut = 0.5\n")
    with pytest.raises(WordsError, match=r"threshold\.toml") as caught:
        Threshold.load(path)
    assert "eval calibrate" in caught.value.what_to_do
