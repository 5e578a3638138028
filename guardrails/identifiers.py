"""Identifiers described as data: a pattern, a check digit where one exists, and the words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guardrails.check_digits import CHECKS
from guardrails.findings import Finding
from guardrails.prefilter import needed_literals
from guardrails.toml_files import Section

CUE_WINDOW = 50
"""How far before an identifier a cue may stand, in code points. Shorter than the context of a stream."""

_AFTER = 10  # a label that follows counts as one ten code points before: less than a label that leads


@dataclass(frozen=True, slots=True)
class IdentifierRule:
    """One shape of one identifier; see the head of `policy/identifiers.toml` for the fields."""

    type: str
    rule: str
    pattern: re.Pattern[str]
    score: float
    cue_score: float
    check: str = ""
    check_waived_by_cue: bool = False
    exclude: str = ""
    cue_before: re.Pattern[str] | None = None
    cue_after: re.Pattern[str] | None = None
    public_before: re.Pattern[str] | None = None
    public_value: re.Pattern[str] | None = None
    needs: tuple[str, ...] | None = None
    """Literals without one of which the pattern cannot match; None: not known."""

    def find(self, text: str) -> Iterator[Finding]:
        """The matches of this rule, each with the score that its surroundings give it."""
        if self.needs is not None:
            lower = text.lower()
            if not any(literal in lower for literal in self.needs):
                return
        for match in self.pattern.finditer(text):
            start, end = match.span("id" if "id" in self.pattern.groupindex else 0)
            if (
                start >= 0
                and not self._is_public(text, start, end)
                and (score := self._score(text, start, end))
            ):
                yield Finding(self.type, start, end, score, self.rule)

    def _is_public(self, text: str, start: int, end: int) -> bool:
        window = max(0, start - CUE_WINDOW)
        return bool(
            (self.public_before and self.public_before.search(text, window, start))
            or (self.public_value and self.public_value.fullmatch(text, start, end))
            or (self.exclude and CHECKS[self.exclude](text[start:end]))
        )

    def _score(self, text: str, start: int, end: int) -> float:
        distance = self._cue_distance(text, start, end)
        checked = not self.check or CHECKS[self.check](text[start:end])
        if not checked and (distance is None or not self.check_waived_by_cue):
            return 0.0
        if distance is None:
            return self.score
        # Two labels may compete for one number ("passport and licence AB123456"): the nearer one wins. One
        # whose check digit fails is still taken out when it is labelled, but yields to one that passes.
        return self.cue_score - distance / 1000 - (0 if checked else 0.1)

    def _cue_distance(self, text: str, start: int, end: int) -> int | None:
        if self.cue_before:
            cues = list(self.cue_before.finditer(text, max(0, start - CUE_WINDOW), start))
            if cues:
                return start - cues[-1].end()
        if self.cue_after and self.cue_after.match(text, end):
            return _AFTER
        return None


def read_identifiers(root: Section) -> tuple[IdentifierRule, ...]:
    """The `[[identifier]]` tables of the policy."""
    return tuple(_read(section) for section in root.sections("identifier"))


def _read(section: Section) -> IdentifierRule:
    score = section.number("score")
    needs = needed_literals(section.text("pattern"))
    return IdentifierRule(
        type=section.text("type"),
        rule=section.text("rule"),
        pattern=section.pattern("pattern"),
        score=score,
        cue_score=section.number("cue_score", score),
        check=_check(section, "check"),
        check_waived_by_cue=section.flag("check_waived_by_cue", False),
        exclude=_check(section, "exclude"),
        cue_before=section.optional_pattern("cue_before"),
        cue_after=section.optional_pattern("cue_after"),
        public_before=section.optional_pattern("public_before"),
        public_value=section.optional_pattern("public_value"),
        needs=None if needs is None else tuple(sorted(needs)),
    )


def _check(section: Section, key: str) -> str:
    name = section.text(key, "")
    if name and name not in CHECKS:
        raise section.fail(key, f"knows no {name}: use one of {', '.join(sorted(CHECKS))}")
    return name
