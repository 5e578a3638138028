"""Rules as data: regular expressions over folded text that together name a category."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guardrails.toml_files import Section


@dataclass(frozen=True, slots=True)
class Rule:
    """Fires when one of `any` and every one of `all` is found and none of `unless` is."""

    id: str
    category: str
    any: tuple[re.Pattern[str], ...]
    all: tuple[re.Pattern[str], ...] = ()
    unless: tuple[re.Pattern[str], ...] = ()
    notice: str = ""

    def fires(self, folded: str) -> bool:
        """Whether the rule applies to a text that has been folded."""
        return (
            any(pattern.search(folded) for pattern in self.any)
            and all(pattern.search(folded) for pattern in self.all)
            and not any(pattern.search(folded) for pattern in self.unless)
        )


def read_rules(root: Section) -> tuple[Rule, ...]:
    """The `[[rule]]` tables of a file, in order: the first that fires decides."""
    rules = tuple(_read_rule(section) for section in root.sections("rule"))
    identifiers = [rule.id for rule in rules]
    for identifier in identifiers:
        if identifiers.count(identifier) > 1:
            raise root.fail("rule", f"has two rules named {identifier}: give each its own id")
    return rules


def _read_rule(section: Section) -> Rule:
    rule = Rule(
        section.text("id"),
        section.text("category"),
        section.patterns("any"),
        section.patterns("all"),
        section.patterns("unless"),
        section.text("notice", ""),
    )
    if not rule.any:
        raise section.fail("any", f"has no pattern, so {rule.id} can never fire: add one or remove the rule")
    return rule


def first(rules: tuple[Rule, ...], folded: str) -> Rule | None:
    """The first rule that fires."""
    return next((rule for rule in rules if rule.fires(folded)), None)
