"""Ages that a question gives meet the ages that a page says something is for."""

from __future__ import annotations

import pytest

from assistant.ages import Span, said_in, span_of


@pytest.mark.parametrize(
    ("question", "ages"),
    [
        ("I'm 26 and flatting", (26,)),
        ("my nana is 81, how often does she renew", (81,)),
        ("a 17 year old and his 9yr old sister", (17, 9)),
        ("can I get it if I'm 6 weeks pregnant", ()),
        ("is 20 hours ECE free", ()),
        ("how much is $65 a week", ()),
    ],
)
def test_ages_are_told_from_other_numbers(question: str, ages: tuple[int, ...]) -> None:
    """Weeks, hours and dollars are nobody's age."""
    assert said_in(question) == ages


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("You are 65 or older.", Span(65, 130)),
        ("A driver under 25 must wait.", Span(0, 24)),
        ("Enrolled child aged 13 or under", Span(0, 13)),
        ("for a child aged 10 to 13", Span(10, 13)),
        ("are between 18 and 65", Span(18, 65)),
        ("You must be at least 16½ years old", Span(16, 130)),
        ("paid for 22 weeks", None),
        ("away for over 28 days", None),
    ],
)
def test_a_page_says_for_which_ages_something_is(text: str, span: Span | None) -> None:
    """Both ends are included, and spans of time are no ages."""
    assert span_of(text) == span
