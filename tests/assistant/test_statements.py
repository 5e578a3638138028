"""What sentences say and questions ask is told by patterns that are written once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.answering import _asked
from assistant.errors import WordsError
from assistant.features import signs
from assistant.statements import question, statement
from tests.doubles import page
from tests.snapshots import DOG, ask, snapshot

if TYPE_CHECKING:
    from assistant import Retrieved

PROCESSING = "You get a decision within 15 working days."
VALIDITY = "A permit lasts for 10 years."
BOTH = f"## How long\n{PROCESSING} {VALIDITY}\n"


@pytest.mark.parametrize(
    ("asked", "takes", "lasts"),
    [
        ("how long does a permit take", True, False),
        ("how long till the card turns up", True, False),
        ("how long does a permit last", False, True),
        ("how many years is the card good for", False, True),
        ("how long can I stay until I must leave", False, False),
        ("how long do I have to wait before I can apply", False, False),
    ],
)
def test_how_long_it_takes_is_not_how_long_it_lasts(asked: str, takes: bool, lasts: bool) -> None:
    """A wait, a validity and a rule about time are three questions."""
    found = [question({"asks": name}).search(asked) is not None for name in ("takes", "lasts")]
    assert found == [takes, lasts]


@pytest.mark.parametrize(("asked", "told"), [("take", PROCESSING), ("last", VALIDITY)])
def test_the_time_that_was_asked_for_leads(asked: str, told: str) -> None:
    """Of two lengths of time on one page the one is chosen that the question is about."""
    found = ask(f"how long does a permit {asked}", snapshot([page("permit", BOTH), DOG]))
    assert _likeliest(found) == told


def test_a_validity_does_not_answer_how_long_it_takes() -> None:
    """A page that says only how long something holds lacks what is asked for."""
    holds = snapshot([page("permit", f"## Validity\n{VALIDITY}\n"), DOG])
    missing = [
        ask(f"how long does a permit {verb}", holds).evidence.form_missing for verb in ("take", "last")
    ]
    assert missing[0] > 0.9 > 0.1 > missing[1]


def test_all_of_several_statements_must_be_there() -> None:
    """Names that are joined by "and" narrow, and what is excluded outweighs."""
    found = statement(["length and doing"], ["holding"])
    assert found.search(PROCESSING)
    assert not found.search("You must wait.")
    assert not found.search("It comes with a card that is valid for 3 weeks.")


def test_every_name_in_the_files_of_signs_and_forms_is_known() -> None:
    """Neither file can name a statement that is not written down."""
    assert all(sign.pattern.pattern for sign in signs())
    assert all(form.unit.pattern for form in _asked().forms)


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    """Who mistypes a name is shown which there are."""
    with pytest.raises(WordsError, match="lenght") as caught:
        statement(["lenght"])
    assert "length" in caught.value.what_to_do


def test_a_price_that_others_set_answers_what_it_costs() -> None:
    """Who sets the price is what the page has to say about it."""
    text = "A WoF inspection is a check of your car.\nEach garage sets its own WoF inspection price."
    found = ask("how much is a WoF inspection", snapshot([page("wof", f"## Inspection\n{text}\n"), DOG]))
    assert _likeliest(found).startswith("Each garage")


def test_a_bare_question_chooses_sentences_by_what_it_asks() -> None:
    """The turns before it find the page; of its sentences not the one is shown that they asked for."""
    fee = "The fee is shown on our site. You pay as much as last year."
    held = snapshot([page("permit", f"## Renewing\nRenew a permit online.\n\n## Paying\n{fee}\n"), DOG])
    assert _likeliest(ask("how much?", held, history=["how do I renew a permit"])).startswith("You pay")


def _likeliest(found: Retrieved) -> str:
    """The sentence of the best page that is likeliest to answer."""
    assert found.likely is not None
    return found.snapshot.outline(found.pages[0].page).units[int(found.likely.argmax())].text
