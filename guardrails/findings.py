"""What the guards hand back about a text: where something stands and of what kind, never the thing itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PLACEHOLDER = re.compile(r"<[A-Z_]+>")


@dataclass(frozen=True, slots=True)
class Finding:
    """A span of the input. Offsets count code points, `end` is exclusive, `score` runs from 0 to 1.

    Carries no text, so that a finding may be logged.
    """

    type: str
    start: int
    end: int
    score: float
    rule: str

    def overlaps(self, other: Finding) -> bool:
        """Whether the two spans share at least one code point."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Redaction:
    """The text with `<TYPE>` in place of each finding; the findings point into the text as it came in."""

    text: str
    findings: tuple[Finding, ...]


def without_placeholders(text: str) -> str:
    """A redacted text without its `<TYPE>` marks: what is left of it to search and to read for meaning."""
    return _PLACEHOLDER.sub(" ", text).strip()


def settle(findings: Iterable[Finding]) -> list[Finding]:
    """Keep the best of the findings that overlap (score first, then length), in reading order."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (-f.score, f.start - f.end, f.start, f.type)):
        if not any(finding.overlaps(other) for other in kept):
            kept.append(finding)
    return sorted(kept, key=lambda f: f.start)


def replace(text: str, findings: Iterable[Finding]) -> str:
    """Put `<TYPE>` where each finding stands; the findings must not overlap."""
    parts: list[str] = []
    position = 0
    for finding in sorted(findings, key=lambda f: f.start):
        parts += [text[position : finding.start], f"<{finding.type}>"]
        position = finding.end
    return "".join([*parts, text[position:]])
