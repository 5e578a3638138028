"""What follows an answer is the pages' own."""

from __future__ import annotations

from assistant.extract import extract
from assistant.following import contact, next_questions
from tests.snapshots import PASSPORT, ask


def test_suggested_questions_are_headings_that_were_not_shown():
    """No suggestion is invented or repeats the answer, and each names its page."""
    found = ask("How much does it cost to renew a passport?")
    sentences = extract(found)
    suggested = next_questions(found, sentences)
    assert suggested
    for each in suggested:
        assert f"## {each.label}\n" in PASSPORT.text
        assert each.question == f"{PASSPORT.title}: {each.label}"
        assert each.label not in {sentence.heading for sentence in sentences}
        assert each.label != "Contact"


def test_contacts_are_quoted_from_the_page_that_answers():
    """The phone number of the page, with a citation that holds it letter by letter."""
    found = ask("How do I renew a passport?")
    (phone,) = contact(found, extract(found))
    assert phone.text == "Phone: 0800 22 50 50"
    (citation,) = phone.citations
    assert PASSPORT.text[citation.start : citation.end] == citation.quote


def test_without_an_answer_nobodys_number_is_given():
    """A page that only came near is not somebody to call, unless its topic is what was turned off."""
    found = ask("How do I renew a passport?")
    assert contact(found, ()) == () == next_questions(found, ())
    assert contact(found, (), named=True)
