"""Whoever asks how to reach an agency gets its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.extract import extract
from assistant.threshold import default_threshold
from tests.doubles import page
from tests.snapshots import ask, snapshot

if TYPE_CHECKING:
    from ingest import Page


def reach(slug: str, text: str, number: str, agency: str = "MSD (Work and Income)") -> Page:
    """A page with a contact section."""
    return page(slug, f"{text}\n\n## Who to contact\nPhone: {number}", agency=agency)


TAX = reach(
    "tax-rates", "The number that you pay depends on your income from work.", "0800 257 777", "Inland Revenue"
)
BENEFIT = reach("food-grant", "You can apply for food.", "0800 559 009")
OTHER = reach("housing", "You can ask for a home.", "0800 111 222")
THIRD = reach("jobs", "You can look for a job.", "0800 559 009")
HELD = snapshot((TAX, BENEFIT, OTHER, THIRD))


@pytest.mark.parametrize(
    "question",
    ["whats the number for work and income", "winz phone number", "contact Work and Income"],
)
def test_the_agency_asked_for_is_answered_with_its_usual_number(question: str) -> None:
    """By its name or what people call it, never by a page that merely has the words of the name."""
    found = ask(question, held=HELD)
    assert found.relevant
    assert [each.text for each in extract(found)] == ["Phone: 0800 559 009"]


def test_a_page_that_gives_no_contact_is_not_put_first() -> None:
    """Only pages with a contact section can say how to reach the agency."""
    silent = page("work-and-income", "Work and Income is an agency.", agency="MSD (Work and Income)")
    found = ask("phone number for work and income", held=snapshot((silent, TAX, BENEFIT)))
    assert found.contact_only
    assert found.pages[0].page.page.title == BENEFIT.title


def test_a_contact_question_about_a_matter_is_answered_by_the_page_on_it() -> None:
    """Whoever says what it is about gets the number for that."""
    found = ask("who do I call at Work and Income about a home, housing", held=HELD)
    assert found.pages[0].page.page.title == "Housing"
    assert not found.contact_only


def test_an_agency_that_no_page_names_is_not_made_up() -> None:
    """Another body's number is no answer."""
    assert not ask("phone number for the moon office", held=HELD).contact_only


def test_another_bodys_number_is_not_given_for_an_agency_that_no_page_names() -> None:
    """Where the page found knows little of whom the question names, and does not fit well, it is declined."""
    found = ask("moonbase observatory phone number for my income", held=HELD)
    assert found.probability < default_threshold().cut
    assert ask("phone number for my income", held=HELD).probability > found.probability


@pytest.mark.parametrize(
    "question",
    ["what time does winz close", "how do i get a real person at winz", "winz opening hours on saturday"],
)
def test_hours_and_a_real_person_are_asked_for_as_a_number_is(question: str) -> None:
    """Whoever wants to know when to call is given the number and what stands beside it."""
    assert [each.text for each in extract(ask(question, held=HELD))] == ["Phone: 0800 559 009"]


@pytest.mark.parametrize("question", ["winz number", "MSD number"])
def test_a_known_bodys_number_is_the_one_to_call(question: str) -> None:
    """Short names of agencies want no more said."""
    assert [each.text for each in extract(ask(question, held=HELD))] == ["Phone: 0800 559 009"]


COUNCILS = reach(
    "taxi-fares",
    "Phone your regional council or Napier Transport about taxi fares. The Hutt City Council has a phone.",
    "0800 333 444",
    "Transport",
)


@pytest.mark.parametrize(
    "question", ["napier council phone number", "phone number of the napier city council"]
)
def test_one_of_many_bodies_is_told_by_the_word_before(question: str) -> None:
    """A page that says "Napier" and "council" apart gives no number of Napier's council."""
    found = ask(question, held=snapshot((COUNCILS, TAX)))
    assert found.pages[0].page.page.title == COUNCILS.title
    assert found.elsewhere
    assert found.probability < default_threshold().cut


@pytest.mark.parametrize("question", ["hutt city council phone number", "regional council phone number"])
def test_a_body_that_the_page_names_or_that_is_left_open_is_answered(question: str) -> None:
    """Its own name, or any council, is what the page speaks of."""
    assert not ask(question, held=snapshot((COUNCILS, TAX))).elsewhere
