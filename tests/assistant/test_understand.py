"""What is made of a question before it is searched."""

from __future__ import annotations

import unicodedata

import pytest

from assistant.model import REFERRING, STANDS_ALONE, QuestionKind, Screened, Turn, Understood
from assistant.synonyms import further_keys, is_said, met
from assistant.understand import LEANING, understand
from guardrails import Action, Verdict, without_placeholders
from ingest import terms


def made(text: str, *history: str, language: str | None = None) -> Understood:
    """The question understood."""
    screened = Screened(
        text, tuple(Turn(each) for each in history), language, (), Verdict(Action.PASS, "", "")
    )
    return understand(screened)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("how much is a passport", QuestionKind.FEE),
        ("how long does it take", QuestionKind.TIME),
        ("can I renew online", QuestionKind.ELIGIBILITY),
        ("how do I apply", QuestionKind.STEPS),
        ("who do I ring", QuestionKind.CONTACT),
        ("passport", QuestionKind.OTHER),
    ],
)
def test_kinds_come_from_the_words(text: str, kind: QuestionKind) -> None:
    """What sort of thing is asked for is seen in the question's words."""
    assert kind in made(text).kinds


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("e hia te utu mō te uruwhenua", QuestionKind.FEE),
        ("e hia te Student Allowance", QuestionKind.FEE),
        ("e hia te roa o te tatari", QuestionKind.TIME),
        ("ka hia ngā wā ka piki te rēti", QuestionKind.TIME),
        ("āhea ka utua te penihana", QuestionKind.TIME),
        ("he aha ngā tuhinga me mau mai e au", QuestionKind.DOCUMENTS),
        ("me waea au ki a wai", QuestionKind.CONTACT),
        ("kei hea te tari", QuestionKind.PLACE),
        ("ka taea e au te tono tuihono", QuestionKind.ELIGIBILITY),
        ("me rēhita taku kurī", QuestionKind.ELIGIBILITY),
        ("kua 17 aku tau, ka whiwhi au", QuestionKind.ELIGIBILITY),
        ("ko wai ka āhei ki te kāri", QuestionKind.ELIGIBILITY),
        ("me pēhea taku tono", QuestionKind.STEPS),
    ],
)
def test_kinds_come_from_te_reo_words_too(text: str, kind: QuestionKind) -> None:
    """A question in te reo Māori is seen for what it asks, with macrons and without."""
    assert kind in made(text).kinds
    assert kind in made(unicodedata.normalize("NFD", text).replace("\u0304", "")).kinds


@pytest.mark.parametrize("text", ["āhea ka taea te tono", "e hia ngā wiki ka whiwhi", "me pēhea taku tono"])
def test_a_question_word_wants_no_yes_or_no(text: str) -> None:
    """ "When can I apply?" is no question of whether."""
    assert QuestionKind.ELIGIBILITY not in made(text).kinds


def test_placeholders_are_not_searched() -> None:
    """What was redacted leaves no word behind to be searched."""
    assert made("my number is <IRD_NUMBER>, what is my tax code").terms == ("number", "tax", "code")


def test_a_first_question_has_no_context() -> None:
    """Without earlier turns nothing is added."""
    assert made("how much is it").context_weight == 0


def test_earlier_questions_weigh_by_how_much_is_missing() -> None:
    """A question without a subject leans on the one before, one with its own hardly does."""
    assert made("how much does it cost?", "register my dog").context_weight == REFERRING
    own = made("renew an adult passport in Australia by post", "register my dog")
    assert own.context_weight == STANDS_ALONE


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        (
            [
                "register my working dog",
                "how do I renew my passport",
                "how much is it",
                "and for my daughter",
                "when",
            ],
            "how do I renew my passport and for my daughter",
        ),
        (["how do I get a student visa", "how do I renew my passport"], None),
        (["renew my passport", "what photo", "which referee", "what form", "and the name"], None),
    ],
    ids=["what says nothing is passed over", "two that stand alone", "never more than four"],
)
def test_a_long_conversation_keeps_its_subject(asked: list[str], searched: str | None) -> None:
    """What was asked between says nothing of the subject, and does not push it out."""
    kept = made("how long does it take?", *asked).context
    assert kept == (searched or " ".join(asked[-4:]))


def test_what_was_answered_by_the_same_page_names_no_new_subject() -> None:
    """ "Can I say no" of a jury service leaves the subject where it was, of another page it does not."""
    asked = ("jury service", "do I get paid wages", "can I say no")
    stayed, moved = (
        understand(Screened("who do I call", turns, None, (), Verdict(Action.PASS, "", ""))).context
        for turns in (
            tuple(Turn(each, ("jury", "court")) for each in asked),
            tuple(Turn(each, (each,)) for each in asked),
        )
    )
    assert stayed == " ".join(asked)
    assert moved == " ".join(asked[1:])


@pytest.mark.parametrize(
    ("asked", "same"),
    [
        ("how long does it take", True),
        ("who do I call", True),
        ("he aha te utu", True),
        ("and a passport", False),
    ],
)
def test_what_is_about_the_same_is_told_from_what_begins_another(asked: str, same: bool) -> None:
    """Only the first is held on the page that answered before."""
    assert made(asked, "register my dog").continues is same
    assert not made(asked).continues


def test_the_readers_language_is_taken_over_the_questions() -> None:
    """A reader who chose te reo Māori keeps it."""
    assert made("passport", language="mi").language == "mi"


def test_pages_words_are_found_for_peoples_words() -> None:
    """A word of everyday speech brings the words that pages use."""
    assert set(terms("Jobseeker Support")) <= set(further_keys(terms("am I eligible for the dole")))


def test_further_keys_leave_out_what_was_said() -> None:
    """A key that the question has already is not searched twice."""
    asked = terms("winz work and income")
    assert not set(further_keys(asked)) & set(asked)


def test_phrases_need_all_their_words() -> None:
    """A synonym of two words is not found by one of them."""
    assert not set(terms("SuperGold")) & set(further_keys(terms("gold")))


def test_a_word_is_met_by_its_synonym() -> None:
    """A page that says "employer" answers a question about a boss."""
    assert met(terms("boss zebra"), set(terms("employer"))) == tuple(terms("boss"))


def test_colloquial_words_count_as_spelt_right() -> None:
    """Slang of the synonyms is not taken for a spelling error."""
    assert all(is_said(key) for key in terms("winz rego nicked"))


@pytest.mark.parametrize(
    ("redacted", "searched"),
    [
        (
            "my ird number is <IRD_NUMBER> and my bank account is <BANK_ACCOUNT>. when is my refund due",
            "when is my refund due",
        ),
        (
            "Hi my name is <PERSON>. How do I apply for parental leave?",
            "Hi  How do I apply for parental leave?",
        ),
        (
            "my client number is <CLIENT_NUMBER> at work and income, can i get accommodation supplement",
            "can i get accommodation supplement",
        ),
        ("my ird number is <IRD_NUMBER> how do I get my refund", "how do I get my refund"),
        ("IRD no: <IRD_NUMBER>, when do I pay provisional tax", "when do I pay provisional tax"),
        ("my licence number is <LICENCE_NUMBER> how do I renew", None),
        ("my passport number is <PASSPORT_NUMBER>, how do i renew it", None),
        ("my bank account is <BANK_ACCOUNT> how do i change that", None),
        ("can my wife <PERSON> get nz super", None),
    ],
)
def test_what_people_say_of_themselves_is_not_what_they_ask(redacted: str, searched: str | None) -> None:
    """The number that was removed leads nowhere else, but stays where the question refers to it."""
    assert made(redacted).text == (searched or without_placeholders(redacted))


@pytest.mark.parametrize(
    "text", ["do I have to pay", "is there someone who can help", "can I use the website"]
)
def test_words_that_fit_any_subject_leave_it_to_the_turn_before(text: str) -> None:
    """A follow-up of nothing but such words is wholly about what was asked before."""
    assert made(text, "how do I register my dog").context_weight == REFERRING


def test_a_question_of_its_own_carries_most_weight() -> None:
    """Earlier turns count for about three tenths where the question could stand without them."""
    weight = made("how do I renew an adult passport from overseas", "register my dog").context_weight
    assert 0.25 < weight / (1 + weight) < 0.35


@pytest.mark.parametrize(
    ("question", "weight"),
    [
        ("how do I renew my passport and how much does it cost", STANDS_ALONE),
        ("What is a SuperGold Card? Who can get it?", STANDS_ALONE),
        ("can I get it and how much is it", REFERRING),
        ("how do I apply for it and what does my partner need", LEANING),
    ],
)
def test_a_question_that_names_its_own_subject_may_say_it_of_that(question: str, weight: float) -> None:
    """After a question about something else, "it" is what the question itself began with."""
    assert made(question, "how do I enrol to vote").context_weight == weight
