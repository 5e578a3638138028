"""Understand a screened question: its language, what sort of thing answers it, what it refers back to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.crossing import cross
from assistant.kinds import kinds_of
from assistant.language import written_in
from assistant.model import REFERRING, STANDS_ALONE, Understood
from assistant.words import LANGUAGES, follow_ups
from guardrails import without_placeholders
from ingest import terms, words

if TYPE_CHECKING:
    from assistant.model import Screened, Turn

_INTRODUCES = re.compile(
    r"^(?:(?:my|ird|nhi|bank|client|customer|student|passport|driver|licen[cs]e|phone|mobile|email|account|name|number|no"
    r"|id)\b[.:#]?\s*){1,4}(?:<[A-Z_]+>[\s,;.]*)+"
    r"|(?:\band\s+)?\bmy\s+(?:name\s+|(?:[\w-]+\s+){2,4}?)(?:is|are|was)\s*:?\s*"
    r"(?:<[A-Z_]+>(?:\s+(?:at|with|from)\s[^<,.;?!]{1,40}(?=[,.;]))?[\s,;.]*)+",
    re.IGNORECASE,
)
"""Such as "my client number is <CLIENT_NUMBER> at Work and Income, ", or "IRD <IRD_NUMBER>" to begin with."""

_NAMES = re.compile(r"\b(?:my|our|an?|the|some|for|about)\s+([\w-]+)(?:\s+([\w-]+))?", re.IGNORECASE)
"""What somebody asks about by its name, such as "my refund"."""

_FURTHER = re.compile(r"[?.;,]|\b(?:and|but|or)\b", re.IGNORECASE)
_WHOLE = re.compile(r"(?:how|where|what|which|who|when|why) (?:\w+ ){0,2}?(?:do|does|can|should|is|are|to)\b")
"""How a question begins that says what is to be done, and where another one follows it."""

LEAST_TERMS = 2
"""Words that say something, from which on a question is taken to stand alone."""

LEANING = 0.6
"""Weight of earlier turns for a question of few words, or one that leans on them: decision 94."""

TURNS, MOST_TURNS = 2, 4
"""Earlier questions that are searched with one: as a rule, and where none of those names a subject."""


def understand(screened: Screened) -> Understood:
    """What is searched leaves placeholders of redacted text out."""
    text = _asked(screened.text)
    written = screened.written or written_in(text, [turn.question for turn in screened.history])
    language = screened.language or (written if written in LANGUAGES else "en")
    crossing = cross(text, written, language)
    return Understood(
        text=text,
        language=language,
        kinds=kinds_of(text),
        terms=crossing.terms,
        context=_context(screened.history),
        context_weight=_context_weight(text) if screened.history else 0.0,
        continues=bool(screened.history) and _continues(text),
        screened=screened,
        written=written,
        crossing=crossing,
    )


def _asked(redacted: str) -> str:
    """What is asked, without what somebody says of themselves where something was removed from it.

    The number that was given is seldom what is asked about. It stays where the rest does not stand alone.
    """
    asked = _INTRODUCES.sub(" ", redacted)
    rest = without_placeholders(asked)
    return rest if asked == redacted or _stands_alone(rest) else without_placeholders(redacted)


def _stands_alone(text: str) -> bool:
    own = _own(text)
    named = any(own.intersection(terms(" ".join(filter(None, each)))) for each in _NAMES.findall(text))
    return (named or len(own) >= LEAST_TERMS) and not _leans(text)


def _context(history: tuple[Turn, ...]) -> str:
    """The last questions that say what they are about, back to the one that named the subject.

    In "how do I renew my passport", "how much is it", "and for my daughter" the second says nothing, and
    the third leaves the subject where it was. So does one that was answered by the page before ("can I say
    no" of a jury service).
    """
    found: list[str] = []
    named = False
    for at, turn in reversed(list(enumerate(history))):
        asked = _asked(turn.question)
        own = _own(asked)
        if own:
            found.insert(0, asked)
            stayed = at > 0 and bool(turn.page_ids) and turn.page_ids[0] in history[at - 1].page_ids
            named = named or (len(own) >= LEAST_TERMS and not _leans(asked) and not stayed)
        if len(found) == MOST_TURNS or (named and len(found) >= TURNS):
            break
    return " ".join(found)


def _continues(text: str) -> bool:
    return not _own(text) or follow_ups().same.search(_folded(text)) is not None


def _context_weight(text: str) -> float:
    own = _own(text)
    if not own:
        return REFERRING
    leans = _leans(text)
    if leans and _asks_of_its_own(text):
        return STANDS_ALONE
    return LEANING if len(own) <= LEAST_TERMS or leans else STANDS_ALONE


def _asks_of_its_own(text: str) -> bool:
    """Whether it begins with a whole question about what it names, of which the rest may say "it"."""
    first = _FURTHER.split(text, maxsplit=1)[0]
    whole = _WHOLE.match(_folded(first)) is not None
    return whole and len(_own(first)) >= LEAST_TERMS and not _leans(first)


def _own(text: str) -> set[str]:
    """Search keys that name what is asked about."""
    return set(terms(text)) - follow_ups().says_nothing


def _leans(text: str) -> bool:
    return follow_ups().leans.search(_folded(text)) is not None


def _folded(text: str) -> str:
    return " ".join(words(text))
