"""Whether a question is answered, refused or met with help first: rules decide, in a fixed order.

Crisis is looked at first, so that no other rule can stand between a person in danger and help: by rules, and
where none of them fires, by meaning.
"""

from __future__ import annotations

from collections.abc import Sequence

from guardrails.folding import fold
from guardrails.meaning import Meaning
from guardrails.policy import Policy
from guardrails.rules import Rule, first
from guardrails.verdicts import Action, Verdict

MEANING = "crisis.meaning"
"""The rule that a verdict names when no written rule fired, but the meaning of the text did."""


def screen(
    text: str,
    *,
    policy: Policy,
    language: str = "en",
    meaning: Meaning | None = None,
) -> Verdict:
    """Decide on a question that has been redacted.

    `meaning` adds a signal about attacks and decides nothing there; where no crisis rule fires it can add
    help, never take an answer away from an allowed question.
    """
    folded = fold(text)
    signals = () if meaning is None else (f"attack_classifier={meaning.attack:.2f}",)
    readings = policy.mender.readings(folded)
    if rule := next((rule for reading in readings if (rule := first(policy.crisis, reading))), None):
        words = policy.reply(rule.category, language)
        practical = _is_practical(rule, readings, policy) and first(policy.attacks, folded) is None
        return Verdict(Action.CRISIS, rule.category, rule.id, signals, words, practical)
    decided = first(policy.attacks, folded) or first(policy.scope, folded)
    if meaning is not None and not any(plain.search(folded) for plain in policy.plain):
        signals = (*signals, f"crisis_classifier={meaning.danger:.2f}")
        if meaning.crisis:
            practical = decided is None or bool(decided.notice)
            words = policy.reply(meaning.crisis, language)
            return Verdict(Action.CRISIS, meaning.crisis, MEANING, signals, words, practical)
    return _ordinary(decided, policy, language, signals)


def _is_practical(rule: Rule, readings: Sequence[str], policy: Policy) -> bool:
    """Whether the text also asks what the service can answer."""
    if rule.category in policy.always_practical:
        return True
    return any(pattern.search(reading) for reading in readings for pattern in policy.practical)


def _ordinary(decided: Rule | None, policy: Policy, language: str, signals: tuple[str, ...]) -> Verdict:
    if decided is None:
        return Verdict(Action.PASS, "", "", signals)
    if decided.notice:
        notice = policy.reply(decided.notice, language)
        return Verdict(Action.PASS, decided.category, decided.id, signals, notice)
    return Verdict(Action.REFUSE, decided.category, decided.id, signals)
