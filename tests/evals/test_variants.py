"""Variants: the same each time, still the same question, and really different as typed."""

from __future__ import annotations

import pytest

from evals import Case, EvalError, Suite, load
from evals.variants import KINDS, variants

SUITE = Suite(
    "mine",
    (
        Case(id="a", question="How do I register my child's birth in New Zealand?", pages=("en/birth",)),
        Case(id="b", question="Me pēhea te rēhita i taku tamaiti?", language="mi", pages=("mi/birth",)),
    ),
)


def of_kind(kind):
    """The questions of that kind."""
    return {case.id.split("~")[0]: case.question for case in variants(SUITE, [kind]).cases}


def test_the_same_suite_gives_the_same_variants():
    """A robustness figure can be repeated."""
    assert variants(SUITE) == variants(SUITE)
    assert len({case.id for case in variants(SUITE).cases}) == len(variants(SUITE).cases)


def test_each_kind_does_what_its_name_says():
    """A slip, no macrons, no capitals, a story around it, te reo Māori in it."""
    assert of_kind("typos")["a"] != SUITE.cases[0].question
    assert abs(len(of_kind("typos")["a"]) - len(SUITE.cases[0].question)) <= 2
    assert of_kind("no-macrons") == {"b": "Me pehea te rehita i taku tamaiti?"}
    assert of_kind("lower-case")["a"] == "how do i register my child's birth in new zealand"
    assert SUITE.cases[0].question in of_kind("long-winded")["a"]
    assert "tamaiti" in of_kind("mixed")["a"] and "Aotearoa" in of_kind("mixed")["a"]


def test_what_is_expected_stays_and_the_group_ties_variants_to_their_question():
    """Rephrasings are drawn together in intervals."""
    made = variants(SUITE, ["typos", "lower-case"]).cases[0]
    assert (made.pages, made.group, made.tags["variant"]) == (("en/birth",), "a", "typos")


def test_a_few_of_each_kind_and_an_unknown_kind():
    """`each` limits every kind; a kind that is not there is told."""
    assert len(variants(SUITE, ["lower-case", "long-winded"], each=1).cases) == 2
    with pytest.raises(EvalError) as raised:
        variants(SUITE, ["shouting"])
    assert all(kind in raised.value.what_to_do for kind in KINDS)


def test_the_shipped_variants_are_of_shipped_questions_and_of_every_kind():
    """Robustness is measured on the questions of `answers`, five ways."""
    originals = {case.id: case for case in load("answers").cases}
    made = load("robustness").cases
    assert {case.tags["variant"] for case in made} == set(KINDS)
    for case in made:
        original = originals[case.id.rsplit("~", 1)[0]]
        assert (case.pages, case.facts) == (original.pages, original.facts)
        assert case.question != original.question
