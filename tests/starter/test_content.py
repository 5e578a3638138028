"""The starter content: enough of it, honest about what was read where, and never dressed as official."""

from __future__ import annotations

from collections import Counter
from datetime import date

from ingest import FactStatus, Origin

TE_REO = 12
INITIATIVES = 15


def test_there_are_enough_pages_in_both_languages(pages):
    """At least 80 pages in English, a dozen in te reo Māori, the 15 initiatives and their programme."""
    kinds = Counter((page.slug or "").split("/")[0] for page in pages)
    assert kinds["en"] >= 80
    assert kinds["mi"] >= TE_REO
    assert kinds["programme"] == INITIATIVES + 1


def test_no_two_pages_share_an_address_in_a_language(pages):
    """A citation's address leads to one page."""
    assert max(Counter((page.url, page.language) for page in pages).values()) == 1


def test_all_of_it_is_labelled_as_starter_content(pages):
    """No page can be taken for an official one."""
    assert {page.origin for page in pages} == {Origin.STARTER}


def test_te_reo_pages_say_that_no_fluent_speaker_has_reviewed_them(pages):
    """Text in te reo Māori is marked as not reviewed, and names the English page that it follows."""
    slugs = {page.slug for page in pages}
    for page in pages:
        if page.language == "mi":
            assert not page.reviewed
            assert f"en/{page.translation_of}" in slugs or page.translation_of in slugs


def test_every_fact_says_where_it_was_read_or_that_it_was_not(pages):
    """A fact is read in a named source on a date, or it is unchecked."""
    for page in pages:
        assert page.facts, page.slug
        for fact in page.facts:
            assert fact.text in page.text, (page.slug, fact.text)
            if fact.status is FactStatus.READ:
                assert fact.source, (page.slug, fact.text)
                assert fact.source.startswith(("https://", "http://")), (page.slug, fact.source)
                assert isinstance(fact.read, date), (page.slug, fact.text)


def test_no_money_without_the_date_for_which_it_was_read(pages):
    """Each amount of money lies in a fact that was read, with its date."""
    for page in pages:
        dated = [fact for fact in page.facts if fact.status is FactStatus.READ and fact.as_at]
        spans = [(page.text.find(fact.text), len(fact.text)) for fact in dated]
        for at, character in enumerate(page.text):
            if character == "$":
                assert any(start <= at < start + size for start, size in spans), (
                    page.slug,
                    page.text[at : at + 40],
                )
