"""When the reader is asked which service is meant, and when not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.clarify import clarify
from assistant.model import Turn
from assistant.words import clarifications
from tests.doubles import page
from tests.snapshots import ask, snapshot

STUDENT = page("student-visa", "## How to apply\nApply for a student visa online. A visa costs $100.")
PARTNER = page("partner-visas", "## How to apply\nApply for a partner visa online. A visa costs $200.")
DOG = page("register-a-dog", "## Cost\nThe council sets the fee for a dog.")
VISAS = snapshot([STUDENT, PARTNER, DOG])


@pytest.mark.parametrize("question", ["How do I apply for a visa?", "visa", "How much does a visa cost?"])
def test_a_question_that_does_not_say_which_is_asked_back(question):
    """Nothing but the shared word: the titles of the pages that could be meant are offered."""
    asked, choices = clarify(ask(question, VISAS))
    assert asked == "There are several visas. Which one do you mean?"
    assert {each.label for each in choices} == {STUDENT.title, PARTNER.title}
    assert all(each.question == f"{question} {each.label}" for each in choices)


@pytest.mark.parametrize("question", ["How much is a student visa?", "a visa for my mum", "dog fee"])
def test_a_question_that_says_more_is_answered(question):
    """One telling word is enough: nobody is asked what they have said already."""
    assert clarify(ask(question, VISAS)) is None


def test_a_choice_is_not_asked_back_again():
    """The question that a choice asks is answered."""
    _, choices = clarify(ask("visa", VISAS))
    assert clarify(ask(choices[0].question, VISAS)) is None


def test_one_page_is_no_choice():
    """Where the index has a single page of the kind, that page answers."""
    assert clarify(ask("How do I apply for a visa?", snapshot([STUDENT, DOG]))) is None


def test_what_an_earlier_turn_was_about_is_not_asked():
    """ "How much does the visa cost?" after a student visa is about the student visa."""
    found = ask("How much does the visa cost?", VISAS)
    told = replace(found.understood.screened, history=(Turn("student visa", (STUDENT.id,)),))
    assert clarify(replace(found, understood=replace(found.understood, screened=told))) is None


def test_every_group_asks_in_both_languages():
    """The policy of what is ambiguous is complete: words, titles, and a question in both languages."""
    for group in clarifications():
        assert group.asked and group.beside and group.titles.pattern
        assert set(group.question) == {"en", "mi"}
