"""The shipped suites against the starter content: large enough, and every case can be met."""

from __future__ import annotations

from collections import defaultdict

import pytest

from evals import Site, check, load, parse, shipped
from ingest.structure import blocks

PROMISED = {
    "answers": 300,
    "unanswerable": 100,
    "unanswerable-report": 120,
    "polarity": 640,
    "follow-ups": 60,
    "programme": 60,
    "programme-citizens": 60,
    "programme-report": 45,
    "programme-citizens-report": 60,
    "citizens-development": 200,
    "citizens-held-out": 200,
    "near-misses-development": 150,
    "near-misses-held-out": 150,
    "follow-ups-development": 100,
    "changes-development": 90,
    "tellings": 40,
    "times-development": 60,
    "mentioned-development": 50,
    "initiatives-development": 40,
}

REPORTED = ("answers", "unanswerable", "polarity", "follow-ups", "tellings")
"""Suites for the report whose names do not say so."""

HALVES = ("citizens", "near-misses", "work-programme")
"""Suites in two halves: on one of them things are chosen, on the other what was chosen is measured."""


@pytest.fixture(scope="module")
def asked_about(pages, record_pages):
    """What the suites ask about: the starter pages and the published records."""
    return [*pages, *record_pages]


@pytest.fixture(scope="module")
def quotable(asked_about):
    """What an answer can quote of each page, by slug: its sentences, list items and rows."""
    return {
        page.slug: [page.text[unit.start : unit.end] for block in blocks(page.text) for unit in block.units]
        for page in asked_about
    }


@pytest.mark.parametrize(("name", "least"), PROMISED.items())
def test_a_suite_is_as_large_as_promised(name, least):
    """An evaluator gets at least the number of cases that the documentation names."""
    assert len(load(name).cases) >= least


@pytest.mark.parametrize("name", shipped())
def test_nothing_is_wrong_with_a_shipped_suite(name, asked_about):
    """Every page that a case names exists and holds its facts, so a right answer can pass."""
    assert [str(problem) for problem in check(parse(name), Site.of(asked_about))] == []


@pytest.mark.parametrize("name", shipped())
def test_every_fact_can_be_quoted_whole(name, quotable):
    """A fact that ran over two sentences could never stand in a quote."""
    split = [
        (case.id, fact)
        for case in load(name).cases
        for fact in case.facts
        if not any(fact in quote for slug in case.pages for quote in quotable.get(slug, ()))
    ]
    assert split == []


def test_every_english_page_is_asked_about(pages):
    """A page that nobody asks about can go wrong unnoticed."""
    asked = {slug for case in load("answers").cases for slug in case.pages}
    assert {page.slug for page in pages if (page.slug or "").startswith("en/")} <= asked


def test_yes_and_no_stand_in_pairs_of_four_wordings_each():
    """Whoever always says yes, or always no, gets half of every page wrong."""
    wordings = defaultdict(list)
    for case in load("polarity").cases:
        wordings[case.pages[0], case.polarity].append(case)
    assert {page for page, polarity in wordings if polarity == "yes"} == {
        page for page, polarity in wordings if polarity == "no"
    }
    assert len(wordings) >= 2 * 80
    assert all(len(cases) == 4 and len({case.group for case in cases}) == 1 for cases in wordings.values())


def test_report_questions_were_not_asked_in_development():
    """Figures for the report come from questions on which nobody tuned."""
    seen = {case.question.casefold() for case in load("answers-development").cases}
    assert seen.isdisjoint(
        case.question.casefold()
        for name in ("answers", "answers-report", "polarity")
        for case in load(name).cases
    )


@pytest.mark.parametrize("name", HALVES)
def test_the_halves_of_a_suite_share_no_page(name):
    """What was learnt from a page's questions cannot flatter the figures of the held-out half."""

    def about(half):
        cases = load(f"{name}-{half}").cases
        return {each for case in cases for each in (*case.pages[:1], case.tags.get("near")) if each}

    assert about("development")
    assert about("development").isdisjoint(about("held-out"))


def test_development_suites_ask_nothing_that_is_reported():
    """A report suite's question among those that things are fitted on would be no news."""
    fitted_on = {
        (*map(str.casefold, case.history), case.question.casefold())
        for name in shipped()
        if name.endswith("-development")
        for case in load(name).cases
    }
    reported = {
        (*map(str.casefold, case.history), case.question.casefold())
        for name in shipped()
        if name.endswith(("-report", "-held-out")) or name in REPORTED
        for case in load(name).cases
    }
    assert fitted_on.isdisjoint(reported)
