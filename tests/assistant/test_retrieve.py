"""The right page comes first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.extract import extract
from assistant.model import Turn
from assistant.retrieve import retrieve
from assistant.threshold import default_threshold
from tests.doubles import BagOfWords, page
from tests.snapshots import DOG, PASSPORT, Speller, ask, snapshot


def first(question: str, **more: object) -> str:
    """Title of the best page."""
    return ask(question, **more).pages[0].page.page.title  # type: ignore[arg-type]


@pytest.mark.parametrize("units", [True, False])
def test_the_page_on_the_subject_is_first(units: bool) -> None:
    """A question finds its page, with vectors of units and without."""
    assert first("when do I register my dog", held=snapshot(units=units)) == DOG.title


def test_a_misspelt_word_still_finds_its_page() -> None:
    """A spelling error does not hide a page, and the question's own text stays as it was asked."""
    found = ask("pasport", embedder=Speller())
    assert found.pages[0].page.page.title == PASSPORT.title
    assert found.understood.text == "pasport"
    assert found.understood.screened.text == "pasport"


def test_what_people_say_finds_what_pages_say() -> None:
    """A citizen's word for a service finds the page under the service's own name."""
    assert first("the dole") == "Jobseeker support"


def test_a_follow_up_is_searched_with_the_question_before_it() -> None:
    """A question that names no subject is about the one before."""
    assert first("how much does it cost?", history=["I want to register my dog"]) == DOG.title


def test_a_change_of_subject_is_followed() -> None:
    """A new question is not held on the subject of the old one."""
    assert first("renew an adult passport online", history=["register my dog"]) == PASSPORT.title


def test_what_is_about_the_same_stays_with_the_page_that_answered() -> None:
    """Another page that says more of what something costs is no answer to "what does it cost"."""
    partner = page("partner-visa", "You can get a visa for your partner. What it costs is shown there.")
    student = page("student-visa", "You can get a visa for your studies. The cost of it is $850.")
    held = snapshot((partner, student, DOG, PASSPORT))
    turns = [Turn("can I get a visa", (held.pages[0].id,)), Turn("is that all")]
    assert ask("what does it cost", held, history=["can I get a visa"]).pages[0].page == held.pages[1]
    assert ask("what does it cost", held, history=turns).pages[0].page == held.pages[0]
    assert ask("and a student visa", held, history=turns).pages[0].page == held.pages[1]


def test_who_to_call_about_the_same_is_answered_with_the_contact_alone() -> None:
    """Of the page that answered, never of another that happens to be near."""
    held = snapshot((PASSPORT, DOG))
    found = ask("who do I call", held, history=[Turn("renew a passport", (held.pages[0].id,))])
    assert [each.text for each in extract(found)] == ["Phone: 0800 22 50 50"]
    assert not ask("who do I call", held, history=["renew a passport"]).contact_only
    assert not ask("who do I call about a dog", held, history=[Turn("?", (held.pages[0].id,))]).contact_only


def test_a_page_in_the_readers_language_comes_first() -> None:
    """Of two pages that say the same, the one in the question's language wins."""
    both = (page("passport", "Passport fee."), page("passport", "Passport fee.", language="mi"))
    held = snapshot(both)
    assert ask("passport fee", held, language="mi").pages[0].page.page.language == "mi"
    assert ask("passport fee", held, language="en").pages[0].page.page.language == "en"


def test_pages_for_public_servants_come_after_those_for_citizens() -> None:
    """Between equal pages a citizen gets the one that was written for citizens."""
    inside = page("passport-rules", "Passport fee.", audience="public-service")
    found = ask("passport fee", snapshot((inside, page("passport-rulez", "Passport fee."))))
    assert found.pages[0].page.page.audience == "citizen"


def test_nothing_is_found_in_an_empty_index() -> None:
    """A version without pages gives no page and no probability, not an error."""
    found = ask("passport", snapshot(()))
    assert found.pages == ()
    assert found.probability == 0


def test_an_unrelated_question_is_less_likely_answered() -> None:
    """The probability tells questions that the pages answer from others."""
    held = snapshot()
    assert ask("zebra crossing xylophone", held).probability < ask("register a dog", held).probability


def test_the_cut_decides_relevance() -> None:
    """What is below the threshold is not relevant, whatever was found."""
    understood = ask("register a dog").understood
    never, always = (replace(default_threshold(), cut=cut) for cut in (1.0, 0.0))
    assert not retrieve(understood, snapshot(), BagOfWords(), threshold=never).relevant
    assert retrieve(understood, snapshot(), BagOfWords(), threshold=always).relevant


def test_the_same_question_gives_the_same_answer() -> None:
    """Nothing in retrieval depends on chance or on what was asked before."""
    held = snapshot()
    before = ask("renew passport", held)
    ask("register dog", held)
    again = ask("renew passport", held)
    assert [each.page.id for each in before.pages] == [each.page.id for each in again.pages]
    assert before.probability == again.probability
