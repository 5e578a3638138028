"""Somebody who tells what happened, and asks for nothing yet, chooses what it is about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant import Assistant, ExtractiveComposer, Final, Guards, Question, answer
from assistant.clarify import clarify, is_telling
from assistant.model import Turn
from assistant.words import tellings
from guardrails import Policy, Redactor
from ingest import sync
from tests.doubles import Pages, page
from tests.snapshots import ask, snapshot

REDUNDANT = page(
    "lost-job-rights", "## Your rights when you lost a job\nYour employer must tell you why a job goes."
)
BENEFIT = page("lost-job-benefit", "## Get a benefit when you lost a job\nApply when you lost your job.")
DOG = page("register-a-dog", "## Cost\nThe council sets the fee for a dog.")
HELD = snapshot([REDUNDANT, BENEFIT, DOG])


@pytest.mark.parametrize(
    "text",
    [
        "I lost my job",
        "just lost my job, what now?",
        "My husband died last week. I don't know what to do",
        "hi, my car got stolen please help",
        "we're having a baby",
        "kua mate taku pāpā",
    ],
)
def test_what_happened_is_a_telling(text):
    """With or without a plea at its end that names nothing."""
    assert is_telling(text)


@pytest.mark.parametrize(
    "text",
    [
        "I lost my job, can I get a benefit?",
        "I need to renew my passport",
        "my refund",
        "how do I renew my passport",
        "I only earn a few thousand a year. Is some of it free of income tax?",
        "order my birth certificate",
        "me aha au kia whiwhi uruwhenua",
    ],
)
def test_whoever_asks_for_something_tells_no_more_than_that(text):
    """A question, a wish and a bare name are searched for their answer."""
    assert not is_telling(text)


def found(question, *, relevant=False, probability=0.1, **more):
    """What is found for `question`, judged as given."""
    return replace(ask(question, HELD, **more), relevant=relevant, probability=probability)


def test_who_tells_something_is_offered_the_pages_near_it():
    """The pages' titles, which the next question asks for by themselves."""
    asked, choices = clarify(found("I lost my job"))
    assert asked == tellings().question["en"]
    assert {each.label for each in choices} == {REDUNDANT.title, BENEFIT.title}
    assert [each.question for each in choices] == [each.label for each in choices]


def test_one_page_is_offered_where_there_is_no_answer():
    """Better than to be told that nothing was found, but no reason to hold an answer back."""
    alone = snapshot([BENEFIT, DOG])
    lost = replace(ask("I lost my job", alone), relevant=False, probability=0.1)
    assert [each.label for each in clarify(lost)[1]] == [BENEFIT.title]
    assert clarify(replace(lost, relevant=True, probability=0.5)) is None


def test_a_page_that_fits_answers_what_was_told():
    """Nobody has to choose where a page plainly says what is needed."""
    assert clarify(found("I lost my job", relevant=True, probability=0.9)) is None


def test_a_doubtful_extract_gives_way_to_the_choice_unless_something_was_asked_for():
    """ "What now" asks for what the page says; "I lost my job" asks for nothing yet."""
    assert clarify(found("I lost my job", relevant=True, probability=0.5)) is not None
    assert clarify(found("I lost my job what now", relevant=True, probability=0.5)) is None
    history = [Turn("How do I get a benefit?", (BENEFIT.id,))]
    assert clarify(found("I lost my job", relevant=True, probability=0.5, history=history)) is None


@pytest.mark.parametrize("text", ["I like cheese", "my cat sat on the mat"])
def test_what_no_page_is_about_is_not_found(text):
    """No pages are offered for the sake of offering some."""
    assert clarify(found(text)) is None


def test_what_is_asked_back_comes_in_both_languages():
    """The words are complete."""
    assert set(tellings().question) == {"en", "mi"}


@pytest.fixture(scope="module")
def guards():
    """The checks as they are built."""
    policy = Policy.load()
    return Guards(Redactor(policy), policy)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("my job was cut", "clarification"),
        ("I lost my job and my tenancy and my partner hit me", "crisis"),
    ],
)
async def test_nobody_in_danger_is_asked_to_choose(index, guards, now, text, outcome):
    """Help is what they get; whoever only tells something chooses."""
    await sync(Pages([REDUNDANT, BENEFIT, DOG]), index, now=now)
    assistant = Assistant(index=index, guards=guards, composers=(ExtractiveComposer(),))
    events = [event async for event in answer(Question(text), assistant)]
    (final,) = [event for event in events if isinstance(event, Final)]
    assert final.answer.outcome == outcome
    assert bool(final.answer.choices) == (outcome == "clarification")
    assert bool(final.answer.notices) == (outcome == "crisis")
