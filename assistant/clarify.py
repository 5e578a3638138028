"""Ask back where a question could be about several services, or where something is told and nothing asked.

What counts as either is data (words/clarifications.toml, words/tellings.toml); what is offered are titles of
pages found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.model import Choice
from assistant.threshold import FAIR
from assistant.words import clarifications, tellings
from ingest import words

if TYPE_CHECKING:
    from assistant.model import RankedPage, Retrieved
    from assistant.words import Clarification

MOST = 6
"""Choices that a reader takes in at a glance."""

MOST_TOLD = 4
"""Choices after something that was told: the further ones are seldom near."""


BEST, NEAR = 0.75, 0.6
"""Least scores, of at most 1, of the best page and of the others offered to somebody who told something."""

SAME_THING = 0.25
"""Least cosine of the best passage from which on pages are about what was told: "I like cheese" has 0.08 on
the starter content, "my house was burgled" 0.26."""


def clarify(retrieved: Retrieved) -> tuple[str, tuple[Choice, ...]] | None:
    """What to ask and the pages to choose from; None for a question that says what it is about."""
    return _which(retrieved) or _what_of(retrieved)


def is_telling(text: str, *, asked: bool = True) -> bool:
    """Whether something is told that happened to somebody, and nothing in particular is asked.

    `asked` tells whether it may end in "what now" or the like.
    """
    patterns = tellings()
    said = " ".join(words(text))
    told = patterns.open_end.sub("", said)
    if not asked and told != said:
        return False
    questions = text.count("?") - (told != said)
    return questions <= 0 and patterns.opens.search(told) is not None and not patterns.asks.search(told)


def _what_of(retrieved: Retrieved) -> tuple[str, tuple[Choice, ...]] | None:
    """The pages near something that was told, where none of them plainly is what is needed.

    An extract would answer a question that nobody asked. A choice asks for the page by its title alone:
    what was told would be asked back again.
    """
    understood = retrieved.understood
    if not (_is_about(retrieved) and _is_unsure(retrieved)):
        return None
    near = [each for each in retrieved.pages if each.score >= NEAR]
    own = [each for each in near if each.page.page.language == understood.language]
    found = own if len(own) > 1 else near
    if retrieved.relevant and len(found) < 2:
        return None
    question = tellings().question.get(understood.language, tellings().question["en"])
    return question, tuple(_page_choice(each) for each in found[:MOST_TOLD])


def _is_about(retrieved: Retrieved) -> bool:
    """Whether the pages found are about the same thing at all."""
    judged = retrieved.evidence
    return judged is not None and judged.passage >= SAME_THING and retrieved.pages[0].score >= BEST


def _is_unsure(retrieved: Retrieved) -> bool:
    """Whether there is no answer to what was told, or, where it asks for none, only a doubtful one."""
    understood = retrieved.understood
    if not retrieved.relevant:
        return is_telling(understood.text)
    alone = not understood.screened.history
    return alone and retrieved.probability < FAIR and is_telling(understood.text, asked=False)


def _which(retrieved: Retrieved) -> tuple[str, tuple[Choice, ...]] | None:
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


def _page_choice(ranked: RankedPage) -> Choice:
    page = ranked.page.page
    return Choice(page.title, page.title, ranked.page.id, page.title, page.language)


def _choice(question: str, ranked: RankedPage) -> Choice:
    page = ranked.page.page
    return Choice(page.title, f"{question} {page.title}", ranked.page.id, page.title, page.language)
