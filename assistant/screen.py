"""Take personal information out of a question, then decide whether it may be answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.language import detect
from assistant.model import Outcome, Screened, Turn
from assistant.words import LANGUAGES
from guardrails import Policy, Redactor, grounded, screen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.model import Question
    from guardrails import Grounding, Verdict

_OUTCOMES = {
    "attack": Outcome.REFUSED_ATTACK,
    "abuse": Outcome.REFUSED_ABUSE,
    "greeting": Outcome.GREETED,
}


@dataclass(frozen=True)
class Guards:
    """The checks, as they were built: each can be replaced, none can be left out."""

    redactor: Redactor
    policy: Policy
    attack: Callable[[str], float] | None = None
    """Probability that a text is an attack: a signal beside the rules, never a decision."""
    crisis: Callable[[str], tuple[str, float]] | None = None
    """The kind of crisis that a text means, where the rules see none: help is shown, and the answer too."""
    ground: Callable[[str, Sequence[str]], Grounding] = grounded


def redact_and_screen(question: Question, *, guards: Guards) -> Screened:
    """Redaction comes first: the guards themselves see only redacted text. Raises what a guard raises."""
    redactor = guards.redactor
    redaction = redactor.redact(question.text)
    history = tuple(Turn(redactor.redact(turn.question).text, turn.page_ids) for turn in question.history)
    language = question.language or _answering(detect(redaction.text))
    return Screened(
        text=redaction.text,
        history=history,
        language=language,
        findings=redaction.findings,
        verdict=screen(
            redaction.text,
            policy=guards.policy,
            language=language,
            classifier=guards.attack,
            crisis=guards.crisis,
        ),
    )


def outcome_of(verdict: Verdict) -> Outcome:
    """The ending of a question that is not answered."""
    return _OUTCOMES.get(verdict.category, Outcome.REFUSED_SCOPE)


def _answering(detected: str) -> str:
    return detected if detected in LANGUAGES else "en"
