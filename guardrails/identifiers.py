"""Identifiers described as data: a pattern, a check digit where one exists, and the words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guardrails.check_digits import CHECKS
from guardrails.findings import Finding
from guardrails.toml_files import Section

CUE_WINDOW = 60
_PLACEHOLDER = re.compile(r"<[A-Z_]+>")


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
    cue_before: re.Pattern[str] | None = None
    cue_after: re.Pattern[str] | None = None
    public_before: re.Pattern[str] | None = None

    def find(self, text: str) -> Iterator[Finding]:
        """The matches of this rule, each with the score that its surroundings give it."""
        for match in self.pattern.finditer(text):
            start, end = match.span("id" if "id" in self.pattern.groupindex else 0)
            if start >= 0 and (score := self._score(text, start, end)):
                yield Finding(self.type, start, end, score, self.rule)

    def _score(self, text: str, start: int, end: int) -> float:
        before = _PLACEHOLDER.sub(" ", text[max(0, start - CUE_WINDOW) : start])
        if self.public_before and self.public_before.search(before):
            return 0.0
        cued = bool(
            (self.cue_before and self.cue_before.search(before))
            or (self.cue_after and self.cue_after.match(text, end))
        )
        checked = not self.check or CHECKS[self.check](text[start:end])
        if not checked and not (cued and self.check_waived_by_cue):
            return 0.0
        return self.cue_score if cued else self.score


def read_identifiers(root: Section) -> tuple[IdentifierRule, ...]:
    """The `[[identifier]]` tables of the policy."""
    return tuple(_read(section) for section in root.sections("identifier"))


def _read(section: Section) -> IdentifierRule:
    check = section.text("check", "")
    if check and check not in CHECKS:
        raise section.fail("check", f"knows no {check}: use one of {', '.join(sorted(CHECKS))}")
    score = section.number("score")

    def optional(key: str) -> re.Pattern[str] | None:
        return section.pattern(key) if key in section.values else None

    return IdentifierRule(
        type=section.text("type"),
        rule=section.text("rule"),
        pattern=section.pattern("pattern"),
        score=score,
        cue_score=section.number("cue_score", score),
        check=check,
        check_waived_by_cue=section.flag("check_waived_by_cue", False),
        cue_before=optional("cue_before"),
        cue_after=optional("cue_after"),
        public_before=optional("public_before"),
    )
