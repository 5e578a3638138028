"""Take personal information out of a question, then decide whether it may be answered."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.language import written_in
from assistant.model import Outcome, Screened, Turn
from assistant.recognise import is_grammar, other_language
from assistant.words import LANGUAGES
from guardrails import (
    Action,
    Policy,
    Redactor,
    Verdict,
    clauses,
    grounded,
    screen_by_meaning,
    screen_by_rules,
    without_placeholders,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from assistant.model import Question
    from assistant.other_languages import OtherLanguage
    from guardrails import Grounding, Meaning, Redaction
    from ingest import Embedder

    Vectors = NDArray[np.float32]

LANGUAGE = "language"
"""The category of a question in a language that is not understood."""

_OUTCOMES = {
    "attack": Outcome.REFUSED_ATTACK,
    "abuse": Outcome.REFUSED_ABUSE,
    "greeting": Outcome.GREETED,
    "thanks": Outcome.GREETED,
    LANGUAGE: Outcome.LANGUAGE_NOT_SUPPORTED,
}


@dataclass(frozen=True)
class Guards:
    """The checks, as they were built: each can be replaced, none can be left out."""

    redactor: Redactor
    policy: Policy
    read: Callable[[str], Vectors] | None = None
    """The vectors of a text and of its clauses; retrieval goes on with the first of them."""
    judge: Callable[[Vectors], Meaning] | None = None
    """What those vectors mean: help is shown where the rules see no danger but the meaning does."""
    ground: Callable[[str, Sequence[str]], Grounding] = grounded


def redact_and_screen(question: Question, *, guards: Guards) -> Screened:
    """Redaction comes first: the guards themselves see only redacted text. Raises what a guard raises."""
    return screen_meaning(redact_and_screen_by_rules(question, guards=guards), guards=guards)


def redact_and_screen_by_rules(question: Question, *, guards: Guards) -> Screened:
    """The part that needs no model. Raises what a guard raises."""
    redactor = guards.redactor
    text = unicodedata.normalize("NFC", question.text)
    redaction = redactor.redact(text)
    history = tuple(Turn(redactor.redact(turn.question).text, turn.page_ids) for turn in question.history)
    written = written_in(redaction.text, [turn.question for turn in history])
    other = other_language(without_placeholders(redaction.text), guards.policy.lexicon, written)
    if other is not None:
        redaction = redactor.redact(text, allow=_no_names(text, redaction, other))
    language = question.language or _answering(written)
    return Screened(
        text=redaction.text,
        history=history,
        language=language,
        findings=redaction.findings,
        verdict=_understood(screen_by_rules(redaction.text, policy=guards.policy, language=language), other),
        written=written,
        other=other,
    )


def _no_names(text: str, redaction: Redaction, other: OtherLanguage) -> list[str]:
    """What was taken for a first and a last name, but is made of the language's short words."""
    spans = (text[found.start : found.end] for found in redaction.findings if found.rule == "name.pair")
    return [span for span in spans if is_grammar(span, other)]


def _understood(ruled: Verdict, other: OtherLanguage | None) -> Verdict:
    """The rules come first: help, and what they refuse, whatever the language."""
    if other is None or ruled.action is not Action.PASS:
        return ruled
    return Verdict(Action.REFUSE, LANGUAGE, f"{LANGUAGE}.{other.code}")


def screen_meaning(screened: Screened, *, guards: Guards) -> Screened:
    """With the question's vector, and what its meaning adds to the verdict. Raises what reading raises."""
    if guards.read is None:
        return screened
    vectors = guards.read(without_placeholders(screened.text))
    verdict = screened.verdict
    if guards.judge is not None:
        meaning = guards.judge(vectors)
        verdict = screen_by_meaning(verdict, screened.text, meaning, guards.policy, screened.language or "en")
    return replace(screened, verdict=verdict, vector=vectors[0])


def reader(embedder: Embedder) -> Callable[[str], Vectors]:
    """Reads a question once, for the guards and for retrieval."""
    return lambda text: embedder.read(text, clauses(text))


def outcome_of(verdict: Verdict) -> Outcome:
    """The ending of a question that is not answered."""
    return _OUTCOMES.get(verdict.category, Outcome.REFUSED_SCOPE)


def _answering(written: str) -> str:
    """A mixed question is answered in English words, from pages in either language: decision 0030."""
    return written if written in LANGUAGES else "en"
