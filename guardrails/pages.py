"""Page text that tries to give orders: neutralised before it becomes a passage, and reported.

Invisible characters and look-alike letters go first, so that an instruction hidden by them is read as well;
then comments, hidden elements and scripts; then sentences that speak to a machine.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from guardrails.findings import Finding
from guardrails.folding import INVISIBLE, LOOK_ALIKES, fold
from guardrails.rules import Rules, read_rules
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
)
_OPENING = re.compile(r"<(\w+)\b")
_CLOSING = re.compile(r"</(\w+)\s*>")
_HIDDEN = re.compile(
    rf"style\s*=\s*[\"'][^\"'>]*(?:{_HIDING})|\bhidden(?=[\s>=])|type\s*=\s*[\"']?hidden", re.IGNORECASE
)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]+)*[.!?]*")
_BLOCK = 64
"""Sentences that are looked through together before each is read by itself."""
_WORD = re.compile(r"\w+")
_EMOJI_SELECTOR = "\ufe0f"


@dataclass(frozen=True, slots=True)
class PageScreening:
    """The text with what was found taken out; the findings point into the text as it came in."""

    text: str
    findings: tuple[Finding, ...]


@lru_cache(maxsize=1)
def packaged_rules() -> Rules:
    """The rules that come with the package, read once."""
    return read_rules(read(POLICY_FOLDER / "pages.toml"))


def screen_page(text: str, *, rules: Rules | None = None) -> PageScreening:
    """Neutralise the text of a page (plain, Markdown or HTML). Screening the result finds nothing more.

    The time grows with the length of the text and no faster, whatever stands in it.
    """
    characters = [*_invisible(text), *_look_alikes(text)]
    clean, origin = _replace(text, [(f.start, f.end, _plain(text, f)) for f in characters])
    elements = _apart(_elements(clean))
    ends = [element.end for element in elements]
    found = list(elements)
    for sentence in _instructions(clean, rules if rules is not None else packaged_rules()):
        at = bisect_right(ends, sentence.start)
        if at == len(elements) or elements[at].start >= sentence.end:
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
    if text.isascii():
        return
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
    yield from _hidden(text)


def _hidden(text: str) -> Iterator[Finding]:
    """Elements whose opening tag hides them, to their closing tag where they have one."""
    closing: dict[str, list[int]] = {}
    for match in _CLOSING.finditer(text):
        closing.setdefault(match[1].casefold(), []).append(match.end())
    at = 0
    while (opening := _OPENING.search(text, at)) and (end := text.find(">", opening.end())) >= 0:
        at = end + 1
        if not _HIDDEN.search(text, opening.end(), at):
            continue
        ends = closing.get(opening[1].casefold(), [])
        after = bisect_right(ends, at)
        at = ends[after] if after < len(ends) else at
        yield Finding("HIDDEN_TEXT", opening.start(), at, 1.0, "page.hidden")


def _apart(found: Iterable[Finding]) -> list[Finding]:
    """In reading order; of those that overlap, the longest (as `settle` does, for thousands of them)."""
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda f: (f.start, -f.end)):
        if kept and finding.start < kept[-1].end:
            longer = finding.end - finding.start > kept[-1].end - kept[-1].start
            if longer:
                kept[-1] = finding
            continue
        kept.append(finding)
    return kept


def _instructions(text: str, rules: Rules) -> Iterator[Finding]:
    """Sentences that a rule fires for; only where a block of them holds what a rule needs is each tried."""
    sentences = [match.span() for match in _SENTENCE.finditer(text)]
    for at in range(0, len(sentences), _BLOCK):
        block = sentences[at : at + _BLOCK]
        folded = fold(text[block[0][0] : block[-1][1]])
        likely = Rules(rule for rule in rules if rule.could_fire(folded))
        for start, end in block if likely else ():
            if rule := likely.first(fold(text[start:end])):
                yield Finding("INSTRUCTION", start, end, 0.8, rule.id)


def _replace(text: str, edits: list[tuple[int, int, str]]) -> tuple[str, Sequence[int]]:
    """The edited text and, for each of its code points, where it stood before."""
    if not edits:
        return text, range(len(text))
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
