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
    from collections.abc import Mapping

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


def is_telling(text: str, *, may_plead: bool = True) -> bool:
    """Whether something is told that happened to somebody, and nothing in particular is asked.

    With `may_plead` it may end in "what now" or the like.
    """
    patterns = tellings()
    said = " ".join(words(text))
    told = patterns.open_end.sub("", said)
    if not may_plead and told != said:
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
    found = _in_own_language([each for each in retrieved.pages if each.score >= NEAR], understood.language)
    if retrieved.relevant and len(found) < 2:
        return None
    choices = tuple(_choice(each, each.page.page.title) for each in found[:MOST_TOLD])
    return _in(understood.language, tellings().question), choices


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
    return alone and retrieved.probability < FAIR and is_telling(understood.text, may_plead=False)


def _which(retrieved: Retrieved) -> tuple[str, tuple[Choice, ...]] | None:
    understood = retrieved.understood
    said = frozenset(understood.terms)
    for group in clarifications():
        if said & group.asked and said <= group.asked | group.beside:
            found = _pages(retrieved, group)
            if len(found) < 2 or _told_before(retrieved, found):
                return None
            titled = ((each, f"{understood.text} {each.page.page.title}") for each in found[:MOST])
            choices = tuple(_choice(each, question) for each, question in titled)
            return _in(understood.language, group.question), choices
    return None


def _pages(retrieved: Retrieved, group: Clarification) -> list[RankedPage]:
    """The pages that could be meant, best first."""
    titled = [each for each in retrieved.pages if group.titles.search(each.page.page.title)]
    return _in_own_language(titled, retrieved.understood.language)


def _in_own_language(pages: list[RankedPage], language: str) -> list[RankedPage]:
    """Those in the question's own language where there are several, else all."""
    own = [each for each in pages if each.page.page.language == language]
    return own if len(own) > 1 else pages


def _told_before(retrieved: Retrieved, found: list[RankedPage]) -> bool:
    """Whether an earlier turn was about one of them."""
    ids = {each.page.id for each in found}
    return any(ids & set(turn.page_ids) for turn in retrieved.understood.screened.history)


def _choice(ranked: RankedPage, question: str) -> Choice:
    page = ranked.page.page
    return Choice(page.title, question, ranked.page.id, page.title, page.language)


def _in(language: str, wordings: Mapping[str, str]) -> str:
    return wordings.get(language, wordings["en"])
