"""Whether a question is answered, refused or met with help first: rules decide, in a fixed order.

Crisis is looked at first, so that no other rule can stand between a person in danger and help: by rules, and
where none of them fires, by meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from guardrails.folding import fold
from guardrails.meaning import Meaning
from guardrails.policy import Policy
from guardrails.rules import Rule
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
    """Decide on a question that has been redacted: by the rules, then by its meaning where that is known."""
    ruled = screen_by_rules(text, policy=policy, language=language)
    return ruled if meaning is None else screen_by_meaning(ruled, text, meaning, policy, language)


def screen_by_rules(text: str, *, policy: Policy, language: str = "en") -> Verdict:
    """What the written rules decide. Needs nothing but the text, so that help never waits for a model."""
    folded = fold(text)
    readings = policy.mender.readings(folded)
    if rule := next((rule for reading in readings if (rule := policy.crisis.first(reading))), None):
        words = policy.reply(rule.category, language)
        practical = _is_practical(rule, readings, policy) and policy.attacks.first(folded) is None
        return Verdict(Action.CRISIS, rule.category, rule.id, (), words, practical)
    return _ordinary(policy.attacks.first(folded) or policy.scope.first(folded), policy, language)


def screen_by_meaning(
    ruled: Verdict, text: str, meaning: Meaning, policy: Policy, language: str = "en"
) -> Verdict:
    """The rules' verdict with what the text means.

    A signal about attacks is added, which decides nothing; where no crisis rule fired, meaning can add help,
    never take an answer away from an allowed question.
    """
    signals: tuple[str, ...] = (f"attack_classifier={meaning.attack:.2f}",)
    if ruled.action is Action.CRISIS or any(plain.search(fold(text)) for plain in policy.plain):
        return replace(ruled, signals=signals)
    signals = (*signals, f"crisis_classifier={meaning.danger:.2f}")
    if meaning.crisis:
        words = policy.reply(meaning.crisis, language)
        practical = ruled.action is Action.PASS
        return Verdict(Action.CRISIS, meaning.crisis, MEANING, signals, words, practical)
    return replace(ruled, signals=signals)


def _is_practical(rule: Rule, readings: Sequence[str], policy: Policy) -> bool:
    """Whether the text also asks what the service can answer."""
    if rule.category in policy.always_practical:
        return True
    return any(pattern.search(reading) for reading in readings for pattern in policy.practical)


def _ordinary(decided: Rule | None, policy: Policy, language: str) -> Verdict:
    if decided is None:
        return Verdict(Action.PASS, "", "")
    if decided.notice:
        return Verdict(
            Action.PASS, decided.category, decided.id, notice=policy.reply(decided.notice, language)
        )
    return Verdict(Action.REFUSE, decided.category, decided.id)
