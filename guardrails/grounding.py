"""Whether a sentence says no more than the passages it cites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from guardrails.folding import fold

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NEGATION = re.compile(r"\b(?:not|cannot|cant|no|never|dont|doesnt|wont|isnt|arent|mustnt|neednt|without|unless)\b")
_WORD = re.compile(r"[a-z]{4,}")


@dataclass(frozen=True, slots=True)
class Grounding:
    """`missing` names what no passage says; `rule` names the check that failed, "" where none did."""

    ok: bool
    missing: tuple[str, ...]
    rule: str


def grounded(sentence: str, passages: Sequence[str]) -> Grounding:
    """Whether every number and the polarity of the sentence stand in a passage, with enough of its words."""
    said, source = fold(sentence), fold("\n".join(passages))
    numbers = {n.replace(",", "") for n in _NUMBER.findall(source)}
    missing = tuple(n for n in _NUMBER.findall(said) if n.replace(",", "") not in numbers)
    if missing:
        return Grounding(False, missing, "grounding.number")
    if _NEGATION.search(said) and not _NEGATION.search(source):
        return Grounding(False, tuple(_NEGATION.findall(said)), "grounding.polarity")
    words = set(_WORD.findall(said))
    unknown = tuple(sorted(words - set(_WORD.findall(source))))
    if words and len(unknown) > len(words) / 2:
        return Grounding(False, unknown, "grounding.words")
    return Grounding(True, (), "")
