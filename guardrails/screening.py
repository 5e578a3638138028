"""Whether a question is answered, refused or met with help first: rules decide, in a fixed order.

Crisis is looked at first, so that no other rule can stand between a person in danger and help: by rules, and
where none of them fires, by meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guardrails.folding import fold
from guardrails.policy import Policy
from guardrails.rules import Rule, first
from guardrails.verdicts import Action, Verdict

Classifier = Callable[[str], float]
CrisisDetector = Callable[[str], tuple[str, float]]
MEANING = "crisis.meaning"
"""The rule that a verdict names when no written rule fired, but the meaning of the text did."""


def screen(
    text: str,
    *,
    policy: Policy,
    language: str = "en",
    classifier: Classifier | None = None,
    crisis: CrisisDetector | None = None,
) -> Verdict:
    """Decide on a question that has been redacted.

    `classifier` only adds a signal. `crisis` gives a category ("" for none) and a probability; it is asked
    where no crisis rule fires, and can only add help, never take an answer away from an allowed question.
    """
    folded = fold(text)
    signals = () if classifier is None else (f"attack_classifier={classifier(text):.2f}",)
    readings = policy.mender.readings(folded)
    if rule := next((rule for reading in readings if (rule := first(policy.crisis, reading))), None):
        words = policy.reply(rule.category, language)
        practical = _is_practical(rule, readings, policy) and first(policy.attacks, folded) is None
        return Verdict(Action.CRISIS, rule.category, rule.id, signals, words, practical)
    decided = first(policy.attacks, folded) or first(policy.scope, folded)
    if crisis is not None and not any(plain.search(folded) for plain in policy.plain):
        category, probability = crisis(text)
        signals = (*signals, f"crisis_classifier={probability:.2f}")
        if category:
            practical = decided is None or bool(decided.notice)
            words = policy.reply(category, language)
            return Verdict(Action.CRISIS, category, MEANING, signals, words, practical)
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
