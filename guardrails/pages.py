"""Page text that tries to give orders: neutralised before it becomes a passage, and reported."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guardrails.findings import Finding, settle
from guardrails.folding import INVISIBLE

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PageScreening:
    """The text with what was found taken out; the findings point into the text as it came in."""

    text: str
    findings: tuple[Finding, ...]


def screen_page(text: str) -> PageScreening:
    """Neutralise a page's text: comments, hidden text and instruction-like sentences, invisible characters."""
    found = [Finding("HTML_COMMENT", m.start(), m.end(), 1.0, "page.comment") for m in _COMMENT.finditer(text)]
    found += [Finding("INVISIBLE_TEXT", m.start(), m.end(), 0.9, "page.invisible") for m in INVISIBLE.finditer(text)]
    found = settle(found)
    parts, position = [], 0
    for finding in found:
        parts.append(text[position : finding.start])
        position = finding.end
    return PageScreening("".join([*parts, text[position:]]), tuple(found))
