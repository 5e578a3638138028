"""Whether a question is answered, refused or met with help first: rules decide, in a fixed order.

Crisis is looked at first, so that no other rule can stand between a person in danger and help.
"""

from __future__ import annotations

from collections.abc import Callable

from guardrails.folding import fold
from guardrails.policy import Policy
from guardrails.rules import first
from guardrails.verdicts import Action, Verdict

Classifier = Callable[[str], float]


def screen(
    text: str, *, policy: Policy, language: str = "en", classifier: Classifier | None = None
) -> Verdict:
    """Decide on a question that has been redacted. The classifier only adds a signal, never a decision."""
    folded = fold(text)
    signals = _signals(text, classifier)
    readings = policy.mender.readings(folded)
    if rule := next((rule for reading in readings if (rule := first(policy.crisis, reading))), None):
        words = policy.reply(rule.category, language)
        practical = any(pattern.search(reading) for reading in readings for pattern in policy.practical)
        return Verdict(Action.CRISIS, rule.category, rule.id, signals, words, practical)
    for rules in (policy.attacks, policy.scope):
        if rule := first(rules, folded):
            if rule.notice:
                notice = policy.reply(rule.notice, language)
                return Verdict(Action.PASS, rule.category, rule.id, signals, notice)
            return Verdict(Action.REFUSE, rule.category, rule.id, signals)
    return Verdict(Action.PASS, "", "", signals)


def _signals(text: str, classifier: Classifier | None) -> tuple[str, ...]:
    if classifier is None:
        return ()
    return (f"attack_classifier={classifier(text):.2f}",)
