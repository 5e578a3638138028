"""Ask back where a question could be about several services and says nothing of which one.

What counts as ambiguous is data (words/clarifications.toml); what is offered are titles of pages found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.model import Choice
from assistant.words import clarifications

if TYPE_CHECKING:
    from assistant.model import RankedPage, Retrieved
    from assistant.words import Clarification

MOST = 6
"""Choices that a reader takes in at a glance."""


def clarify(retrieved: Retrieved) -> tuple[str, tuple[Choice, ...]] | None:
    """What to ask and the pages to choose from; None for a question that says what it is about."""
    understood = retrieved.understood
    said = frozenset(understood.terms)
    for group in clarifications():
        if said & group.asked and said <= group.asked | group.beside:
            found = _pages(retrieved, group)
            if len(found) < 2 or _told_before(retrieved, found):
                return None
            question = group.question.get(understood.language, group.question["en"])
            return question, tuple(_choice(understood.text, each) for each in found[:MOST])
    return None


def _pages(retrieved: Retrieved, group: Clarification) -> list[RankedPage]:
    """The pages that could be meant, best first; in the question's own language where there are several."""
    titled = [each for each in retrieved.pages if group.titles.search(each.page.page.title)]
    own = [each for each in titled if each.page.page.language == retrieved.understood.language]
    return own if len(own) > 1 else titled


def _told_before(retrieved: Retrieved, found: list[RankedPage]) -> bool:
    """Whether an earlier turn was about one of them."""
    ids = {each.page.id for each in found}
    return any(ids & set(turn.page_ids) for turn in retrieved.understood.screened.history)


def _choice(question: str, ranked: RankedPage) -> Choice:
    page = ranked.page.page
    return Choice(page.title, f"{question} {page.title}", ranked.page.id, page.title, page.language)
