"""The answer is made of the page's own units, and of the right ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.extract import Length, extract
from assistant.features import names
from assistant.model import SentenceKind
from assistant.weights import likelihoods, weights
from tests.doubles import page
from tests.snapshots import DOG, JOBSEEKER, PASSPORT, ask, snapshot

ONE = Length(enough=0.0)
"""Shows the likeliest unit and what belongs to it."""


def shown(question: str, length: Length = ONE) -> str:
    """The answer's text."""
    return "\n".join(each.text for each in extract(ask(question), length=length))


def test_a_fee_question_shows_the_row_of_the_fee() -> None:
    """What something costs is answered by the row with the amount."""
    assert "$497" in shown("how much is an urgent passport")


def test_can_i_shows_whether_i_can() -> None:
    """A yes-or-no question shows the sentence that decides it."""
    assert "cannot renew a child's passport online" in shown("can I renew my child's passport online")


def test_what_answers_comes_before_what_the_page_says_first() -> None:
    """The section of the likeliest unit leads, wherever it stands on the page."""
    every = Length(enough=1.0, least=0.0, words=1_000)
    headings = [each.heading for each in extract(ask("how much is an urgent passport"), length=every)]
    assert headings[0] == "How much it costs"
    assert headings.index("Who can renew") < headings.index("What you need"), "the rest is as the page has it"


def test_a_translation_is_no_second_page() -> None:
    """An answer in te reo Māori does not say the same again from the English page."""
    theirs = page("register-a-dog", "## Cost\nThe council sets the fee for a dog.")
    ours = replace(
        page("mi/register-a-dog", "## Te utu\nMā te kaunihera te utu mō te kurī e whakatau."),
        language="mi",
        url=theirs.url,
        translation_of="register-a-dog",
    )
    asked = ask("he aha te utu mo te kuri", snapshot([theirs, ours, PASSPORT, JOBSEEKER]), language="mi")
    found = extract(asked, length=Length(enough=1.0, least=0.0, second=0.0))
    cited = {each.citations[0].page_id for each in found}
    assert ours.id in cited
    assert theirs.id not in cited


def test_steps_are_shown_whole_and_in_order() -> None:
    """Somebody who asks how to do a thing gets all steps, numbered as on the page."""
    found = extract(ask("how do I apply to renew my passport"))
    steps = [each for each in found if each.kind is SentenceKind.STEP]
    assert [each.number for each in steps] == [1, 2, 3]


def test_an_item_comes_with_its_lead_in() -> None:
    """A list item is never shown without the sentence that it hangs on."""
    found = shown("what file should the digital photo for my passport be saved as")
    assert "JPG" in found
    assert found.startswith("You need all of these:")


def test_quotes_are_the_pages_own_text() -> None:
    """Every citation's quote is the stored text at its span, byte for byte."""
    asked = ask("how much does a passport cost and who can renew")
    texts = {each.page.id: each.page.page.text for each in asked.pages}
    citations = [each for sentence in extract(asked) for each in sentence.citations]
    assert citations
    assert all(each.quote == texts[each.page_id][each.start : each.end] for each in citations)


def test_nothing_is_shown_where_nothing_is_relevant() -> None:
    """Below the threshold there are no sentences."""
    assert extract(replace(ask("passport"), relevant=False)) == ()


@pytest.mark.parametrize("most", [15, 30, 60])
def test_an_answer_keeps_to_its_length(most: int) -> None:
    """Beyond what must come first, the answer has no more words than it may."""
    found = extract(ask("who can renew a passport online"), length=Length(enough=1.0, least=0.0, words=most))
    assert sum(len(each.text.split()) for each in found) <= most


def test_one_sure_unit_is_enough() -> None:
    """The surer the first unit is, the less is shown beside it."""
    short, long = (shown("urgent passport fee", Length(enough=share, least=0.0)) for share in (0.1, 1.0))
    assert len(short) < len(long)


def test_two_pages_that_fit_alike_are_both_shown() -> None:
    """Where the question does not tell two pages apart, both answer, the better one first."""
    held = snapshot((page("adult-passport", "The fee is $1."), page("child-passport", "The fee is $2.")))
    found = extract(ask("passport fee", held))
    assert {each.text for each in found} == {"The fee is $1.", "The fee is $2."}


def test_what_two_pages_say_in_the_same_words_is_said_once() -> None:
    """An agency's opening hours stand on each of its pages."""
    hours = "The passport office is open from 9am to 5pm."
    both = snapshot([page("first", f"## Contact\n{hours}"), page("second", f"## Contact\n{hours}"), DOG])
    found = extract(ask("when is the passport office open", both), length=Length(enough=1.0, second=0.0))
    assert [each.text for each in found].count(hours) == 1


def test_a_page_that_fits_better_answers_alone() -> None:
    """A page on another subject adds nothing to the answer."""
    assert len({each.citations[0].page_id for each in extract(ask("how do I renew my adult passport"))}) == 1


def test_likelihoods_add_up() -> None:
    """Each unit of a page has a share of one."""
    asked = ask("passport fee", snapshot(units=False))
    assert likelihoods(asked, asked.pages[0]).sum() == pytest.approx(1, abs=1e-5)


def test_every_feature_has_a_weight() -> None:
    """No sign is without a trained weight."""
    assert len(weights()) == len(names())


def test_who_says_an_age_gets_what_is_for_that_age() -> None:
    """Of rows for several ages the one for the reader's own is the likelier answer."""
    rates = page(
        "allowance",
        "## How much you can get\n| Who it is for | A week |\n|---|---|\n"
        "| Allowance, single, under 24 | $321 |\n| Allowance, single, aged 24 or over | $367 |\n",
    )
    held = snapshot([rates, PASSPORT])
    older, younger = (ask(f"how much allowance can i get, i'm {age} and single", held) for age in (26, 19))
    assert extract(older, length=ONE)[0].text != extract(younger, length=ONE)[0].text
    assert "$367" in extract(older, length=ONE)[0].text


def test_a_page_that_says_that_it_does_not_know_is_quoted_so() -> None:
    """A question for what a page could not find out is answered with that, not with what stands by it."""
    event = page(
        "event",
        "## About\nThis page holds no date for an event.\n\nPeople meet at the event and share.",
    )
    shown = extract(ask("when is the event", snapshot([event, DOG])), length=ONE)
    assert "holds no date" in shown[0].text
