"""Rules as data: regular expressions over folded text that together name a category."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from guardrails.prefilter import needed_literals
from guardrails.toml_files import Section


@dataclass(frozen=True)
class Expression:
    """A regular expression and the literal texts without one of which it cannot match (None: not known).

    It is compiled when a text first holds what it needs: most texts hold little of what hundreds of rules do.
    """

    source: str
    needs: tuple[str, ...] | None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled."""
        return re.compile(self.source)

    def possible_in(self, folded: str) -> bool:
        """Whether the text holds what the expression needs; quicker than to look for a match."""
        if self.needs is None:
            return True
        for literal in self.needs:  # noqa: SIM110 half as long as any(): five hundred are looked for a question
            if literal in folded:
                return True
        return False

    def found_in(self, folded: str) -> bool:
        """Whether the expression matches somewhere in the text."""
        return self.possible_in(folded) and self.pattern.search(folded) is not None


def _expressions(section: Section, key: str) -> tuple[Expression, ...]:
    found = []
    for source in section.texts(key):
        try:
            needs = needed_literals(source)
        except re.error as error:
            raise section.fail(key, f"is not a regular expression ({error}): {source}") from error
        found.append(Expression(source, None if needs is None else tuple(sorted(needs))))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Rule:
    """Fires when one of `any` and every one of `all` is found and none of `unless` is."""

    id: str
    category: str
    any: tuple[Expression, ...]
    all: tuple[Expression, ...] = ()
    unless: tuple[Expression, ...] = ()
    notice: str = ""

    def could_fire(self, folded: str) -> bool:
        """Whether the rule could apply to some part of a longer text that has been folded."""
        return any(each.possible_in(folded) for each in self.any) and all(
            each.possible_in(folded) for each in self.all
        )

    def fires(self, folded: str) -> bool:
        """Whether the rule applies to a text that has been folded."""
        return (
            any(expression.found_in(folded) for expression in self.any)
            and all(expression.found_in(folded) for expression in self.all)
            and not any(expression.found_in(folded) for expression in self.unless)
        )


START = 3
"""Characters by which literals are looked up."""


class Rules(tuple[Rule, ...]):
    """Rules in the order in which they decide, and what to look for to leave most of them untried."""

    @cached_property
    def _needs(self) -> tuple[frozenset[str] | None, ...]:
        """For each rule, the literals without one of which it cannot fire; None where that is not known."""
        return tuple(_union([each.needs for each in rule.any]) for rule in self)

    @cached_property
    def _literals(self) -> dict[str, tuple[str, ...]]:
        """All literals by how they start, so that a text is asked only for those that could be in it."""
        starting: dict[str, list[str]] = {}
        for literal in sorted({literal for needs in self._needs if needs for literal in needs}):
            starting.setdefault(literal[:START], []).append(literal)
        return {start: tuple(found) for start, found in starting.items()}

    @cached_property
    def _short(self) -> frozenset[str]:
        return frozenset(start for start in self._literals if len(start) < START)

    def _present(self, folded: str) -> set[str]:
        starts = self._literals.keys() & {folded[at : at + START] for at in range(len(folded))}
        starts |= self._short
        return {literal for start in starts for literal in self._literals[start] if literal in folded}

    def first(self, folded: str) -> Rule | None:
        """The first rule that fires on a text that has been folded."""
        present = self._present(folded)
        for rule, needs in zip(self, self._needs, strict=True):
            if (needs is None or not needs.isdisjoint(present)) and rule.fires(folded):
                return rule
        return None


def _union(needs: list[tuple[str, ...] | None]) -> frozenset[str] | None:
    known = [each for each in needs if each is not None]
    return frozenset().union(*known) if len(known) == len(needs) else None


def read_rules(root: Section) -> Rules:
    """The `[[rule]]` tables of a file, in order: the first that fires decides."""
    rules = Rules(_read_rule(section) for section in root.sections("rule"))
    identifiers = [rule.id for rule in rules]
    for identifier in identifiers:
        if identifiers.count(identifier) > 1:
            raise root.fail("rule", f"has two rules named {identifier}: give each its own id")
    return rules


def _read_rule(section: Section) -> Rule:
    rule = Rule(
        section.text("id"),
        section.text("category"),
        _expressions(section, "any"),
        _expressions(section, "all"),
        _expressions(section, "unless"),
        section.text("notice", ""),
    )
    if not rule.any:
        raise section.fail("any", f"has no pattern, so {rule.id} can never fire: add one or remove the rule")
    return rule
