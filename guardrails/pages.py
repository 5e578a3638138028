"""Page text that tries to give orders: neutralised before it becomes a passage, and reported.

Invisible characters and look-alike letters go first, so that an instruction hidden by them is read as well;
then comments, hidden elements and scripts; then sentences that speak to a machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from guardrails.findings import Finding, settle
from guardrails.folding import INVISIBLE, LOOK_ALIKES, fold
from guardrails.rules import Rule, first, read_rules
from guardrails.toml_files import POLICY_FOLDER, read

_HIDING = (
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d]*[1-9])|font-size\s*:\s*0|"
    r"text-indent\s*:\s*-\d{3,}|left\s*:\s*-\d{3,}|(?<!-)color\s*:\s*(?:white|#fff(?:fff)?\b|transparent)"
)
_ELEMENTS = (
    (re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL), "HTML_COMMENT", "page.comment"),
    (
        re.compile(r"^\[(?://|comment|_)\]: *# *[(\"'].*$", re.MULTILINE | re.IGNORECASE),
        "HTML_COMMENT",
        "page.comment",
    ),
    (
        re.compile(
            r"<(script|style|template|noscript|iframe|object)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
        ),
        "MARKUP",
        "page.markup",
    ),
    (
        re.compile(
            rf"<(\w+)\b[^>]*(?:style\s*=\s*[\"'][^\"'>]*(?:{_HIDING})|\bhidden(?=[\s>=])|type\s*=\s*[\"']?hidden)[^>]*>"
            r"(?:.*?</\1\s*>)?",
            re.DOTALL | re.IGNORECASE,
        ),
        "HIDDEN_TEXT",
        "page.hidden",
    ),
)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]+)*[.!?]*")
_WORD = re.compile(r"\w+")
_EMOJI_SELECTOR = "\ufe0f"


@dataclass(frozen=True, slots=True)
class PageScreening:
    """The text with what was found taken out; the findings point into the text as it came in."""

    text: str
    findings: tuple[Finding, ...]


@lru_cache(maxsize=1)
def packaged_rules() -> tuple[Rule, ...]:
    """The rules that come with the package, read once."""
    return read_rules(read(POLICY_FOLDER / "pages.toml"))


def screen_page(text: str, *, rules: tuple[Rule, ...] | None = None) -> PageScreening:
    """Neutralise the text of a page (plain, Markdown or HTML). Screening the result finds nothing more."""
    characters = [*_invisible(text), *_look_alikes(text)]
    clean, origin = _replace(text, [(f.start, f.end, _plain(text, f)) for f in characters])
    found = settle(_elements(clean))
    taken = [(f.start, f.end) for f in found]
    for sentence in _instructions(clean, rules if rules is not None else packaged_rules()):
        if not any(start < sentence.end and sentence.start < end for start, end in taken):
            found.append(sentence)
    cleaned, _ = _replace(clean, [(f.start, f.end, "") for f in sorted(found, key=lambda f: f.start)])
    moved = [Finding(f.type, origin[f.start], origin[f.end - 1] + 1, f.score, f.rule) for f in found]
    findings = tuple(sorted((*characters, *moved), key=lambda f: (f.start, f.end)))
    return PageScreening(cleaned, findings)


def _invisible(text: str) -> Iterator[Finding]:
    for match in INVISIBLE.finditer(text):
        if match.group() != _EMOJI_SELECTOR:
            yield Finding("INVISIBLE_CHARACTER", match.start(), match.end(), 0.9, "page.invisible")


def _look_alikes(text: str) -> Iterator[Finding]:
    """Words that mix Latin letters with letters of another script which look the same."""
    for match in _WORD.finditer(text):
        word = match.group()
        if not word.isascii() and any(c in LOOK_ALIKES for c in word.casefold()):
            latin = sum(c.isascii() and c.isalpha() for c in word)
            if latin:
                yield Finding("HOMOGLYPH", match.start(), match.end(), 0.9, "page.homoglyph")


def _plain(text: str, finding: Finding) -> str:
    if finding.type == "INVISIBLE_CHARACTER":
        return ""
    return "".join(
        LOOK_ALIKES.get(c) or (LOOK_ALIKES.get(c.casefold()) or c).upper()
        if c.casefold() in LOOK_ALIKES
        else c
        for c in text[finding.start : finding.end]
    )


def _elements(text: str) -> Iterator[Finding]:
    for pattern, type_, rule in _ELEMENTS:
        for match in pattern.finditer(text):
            yield Finding(type_, match.start(), match.end(), 1.0, rule)


def _instructions(text: str, rules: tuple[Rule, ...]) -> Iterator[Finding]:
    for match in _SENTENCE.finditer(text):
        if rule := first(rules, fold(match.group())):
            yield Finding("INSTRUCTION", match.start(), match.end(), 0.8, rule.id)


def _replace(text: str, edits: list[tuple[int, int, str]]) -> tuple[str, list[int]]:
    """The edited text and, for each of its code points, where it stood before."""
    parts: list[str] = []
    origin: list[int] = []
    position = 0
    for start, end, new in sorted(edits):
        if start < position:
            continue
        parts += [text[position:start], new]
        origin += [*range(position, start), *(min(start + n, end - 1) for n in range(len(new)))]
        position = end
    return "".join([*parts, text[position:]]), [*origin, *range(position, len(text))]
