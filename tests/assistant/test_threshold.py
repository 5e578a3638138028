"""The assistant knows when it does not know."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assistant.errors import WordsError
from assistant.threshold import AGAINST, EVIDENCE, Evidence, Threshold, default_threshold
from assistant.weights import likelihoods
from tests.doubles import page
from tests.snapshots import DOG, JOBSEEKER, PASSPORT, ask, snapshot

if TYPE_CHECKING:
    from pathlib import Path

SOME = Evidence(
    passage=0.4,
    unit=0.4,
    words_met=0.5,
    certainty=0.5,
    said=0.5,
    form_missing=0.5,
    mentioned=0.5,
    names_missing=0.5,
    places_missing=0.5,
)


def likely(**more: float | None) -> float:
    """Probability of an answer on middling evidence, with these numbers in its place."""
    return default_threshold().probability(replace(SOME, **more))


@pytest.mark.parametrize("name", ["passage", "unit", "words_met", "certainty", "said"])
def test_evidence_for_an_answer_never_makes_it_less_likely(name: str) -> None:
    """More meaning or more words in common raise the probability or leave it."""
    assert likely(**{name: 0.9}) >= likely(**{name: 0.1})


@pytest.mark.parametrize("name", ["form_missing", "mentioned", "names_missing", "places_missing"])
def test_what_the_page_lacks_makes_an_answer_less_likely(name: str) -> None:
    """A name or a foreign place that the page does not mention lowers the probability."""
    assert likely(**{name: 1.0}) < likely(**{name: 0.0})


@pytest.mark.parametrize("question", ["renew a passport in Peru", "renew a passport in peru"])
def test_a_foreign_place_counts_against_a_page_that_does_not_name_it(question: str) -> None:
    """Another country's passport is not this page's, however the country is typed."""
    assert ask(question).evidence.places_missing > 0
    assert ask(question).probability < ask("renew a passport online").probability


def test_a_page_with_a_part_on_places_abroad_answers_of_any_of_them() -> None:
    """Madrid is overseas: the page need not name the city, and a stranger's name still counts."""
    voting = page(
        "vote", "You can vote at 18.\n\n## Voting from overseas\nYou can vote online from overseas.\n"
    )
    at_home = page("vote", "You can vote at 18.\n\n## Voting online\nYou can vote online.\n")
    told, not_told = (ask("can I vote from Madrid", snapshot([each, DOG])) for each in (voting, at_home))
    assert told.evidence.places_missing == told.evidence.names_missing == 0
    assert not_told.evidence.places_missing > 0
    named = ask("can I vote for Zandervelt from Madrid", snapshot([voting, DOG]))
    assert named.evidence.names_missing == 0.5


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


@pytest.mark.parametrize(
    ("told", "not_told"),
    [
        ("how much is an urgent passport fee", "how much is a fine for a passport photo"),
        ("how many months old is a dog to register", "how many dogs can i register"),
    ],
)
def test_a_page_without_what_is_asked_for_is_less_likely_to_answer(told: str, not_told: str) -> None:
    """An amount or a count that no sentence gives is not answered by sentences about the matter."""
    assert ask(told).evidence.form_missing < ask(not_told).evidence.form_missing


@pytest.mark.parametrize(
    "question",
    [
        "how much is a passport photo",
        "how much does a passport photo usually cost",
        "what percentage of a passport fee is tax",
    ],
)
def test_an_amount_of_something_else_is_not_what_is_asked_for(question: str) -> None:
    """A fee is no price of a photo and no percentage."""
    assert ask("how much is a passport").evidence.form_missing < 0.5
    assert ask(question).evidence.form_missing > 0.99


def test_a_weekday_is_no_time_of_the_day() -> None:
    """When an office opens is an hour."""
    until = "## Office\nThe permit office is open until Friday.\n"
    days, hours = (page("office", text) for text in (until, until.replace("until Friday", "from 9am")))
    missing = [
        ask("what time does the permit office open", snapshot([each, DOG])).evidence.form_missing
        for each in (days, hours)
    ]
    assert missing[0] > 0.9 > 0.5 > missing[1]


def test_where_else_a_figure_is_shown_counts_as_an_answer() -> None:
    """A page that says who knows the figure has answered a question for it."""
    pointing = page("rego", "## How much it costs\nThe current rego fee is shown on nzta.govt.nz.\n")
    assert ask("how much is the rego fee", snapshot([pointing, DOG])).evidence.form_missing < 0.1


def test_the_words_of_the_form_are_not_looked_for() -> None:
    """No sentence says "much", and one that gives the amount need not: only where an amount is asked for."""
    fee = page("rego", "## Paying\nA new rego is $40.\n")
    assert ask("how much is a rego", snapshot([fee, DOG])).evidence.said == 1.0
    assert ask("rego price list", snapshot([fee, DOG])).evidence.said < 1.0
    assert ask("rego age list", snapshot([fee, DOG])).evidence.said == 0.0


def test_who_did_something_is_counted_and_not_what_it_was_done_to() -> None:
    """ "How many people renewed passports" asks for people."""
    years = page("passport", "## Passports\nA passport that was renewed lasts for 10 years.\n")
    found = ask("how many people renewed passports in the last years", snapshot([years, DOG]))
    assert found.evidence.form_missing == 1.0


def test_a_name_in_a_list_does_not_make_a_page_about_it() -> None:
    """Something that a page mentions once in passing is less likely to be answered by it than its subject."""
    text = "## Your record\nFill in the form for your record.\n\n## ID\n- a passport\n- a firearms licence\n"
    record = page("criminal-record", text)
    held = snapshot([record, DOG])
    listed, about = ask("firearms licence", held), ask("criminal record form", held)
    assert listed.evidence.mentioned > 0.5 > about.evidence.mentioned


def test_words_of_the_sentences_that_answer_count_for_more_than_words_of_the_page() -> None:
    """Question words that stand here and there on a page say less than those of one sentence."""
    together, apart = ask("register your dog before it is 3 months old"), ask("council sets months for a dog")
    assert together.evidence.said > apart.evidence.said


def test_extraction_goes_on_with_what_was_judged() -> None:
    """The probabilities by which a page was trusted are those by which its sentences are chosen."""
    asked = ask("how much is a passport")
    assert asked.likely == pytest.approx(likelihoods(asked, asked.pages[0]))
    assert ask("how much is a passport", snapshot(units=False)).likely is None
