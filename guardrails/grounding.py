"""Whether a sentence says no more than the passages it cites. What cannot be confirmed fails.

A sentence passes when it stands in a passage word for word, or when one and the same passage
(1) holds every figure, date, address and name that it claims, and
(2) has a place, of at most three sentences, that shares enough of its words and agrees with it in polarity:
    "can" with "can", "must" with "must", a negation with a negation, "before" with "before".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from guardrails.claims import Claim, GroundingWords, claims, packaged_words
from guardrails.folding import fold

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZĀ-Ū0-9\"'(*$-])|\n+")
_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Grounding:
    """`missing` names what no passage says; `rule` names the check that failed, "" where none did."""

    ok: bool
    missing: tuple[str, ...]
    rule: str


GROUNDED = Grounding(True, (), "")


def grounded(sentence: str, passages: Sequence[str], *, words: GroundingWords | None = None) -> Grounding:
    """Check one sentence against the passages that it cites. An empty sentence claims nothing and passes."""
    words = words or packaged_words()
    said = _plain(sentence)
    if not said:
        return GROUNDED
    if any(f" {said} " in f" {_plain(passage)} " for passage in passages):
        return GROUNDED
    failures = [_check(sentence, passage, words) for passage in passages]
    if not failures:
        return Grounding(False, (sentence.strip(),), "grounding.no_passage")
    return min(failures, key=lambda failure: (not failure.ok, _ORDER.index(failure.rule)))


_ORDER = [
    "",
    "grounding.words",
    "grounding.polarity",
    "grounding.bounds",
    "grounding.opposite",
    "grounding.claims",
]


def _check(sentence: str, passage: str, words: GroundingWords) -> Grounding:
    stated = {(claim.kind, claim.value) for claim in claims(passage, words)}
    text = f" {_plain(passage)} "
    missing = tuple(c.said for c in claims(sentence, words) if not _stands(c, stated, text))
    if missing:
        return Grounding(False, missing, "grounding.claims")
    return _best_place(sentence, passage, words)


def _stands(claim: Claim, stated: set[tuple[str, str]], text: str) -> bool:
    if (claim.kind, claim.value) in stated:
        return True
    if claim.kind == "name":
        return f" {_plain(claim.said)} " in text
    # A bare number may be written as an amount, a share or a duration in the passage, but not the reverse.
    return claim.kind == "number" and any(
        value.split()[0] == claim.value for kind, value in stated if kind in {"duration", "number"}
    )


def _best_place(sentence: str, passage: str, words: GroundingWords) -> Grounding:
    wanted = _content(sentence, words)
    sentences = [part for part in _SENTENCE_END.split(passage) if part.strip()]
    for size in (1, 2, 3):  # a wider place could lend a "can" or a "not" that belongs to another matter
        places = (" ".join(sentences[n : n + size]) for n in range(len(sentences) - size + 1))
        near = [p for p in places if len(wanted & _content(p, words)) >= words.overlap * len(wanted)]
        if near:
            verdicts = [_polarity(sentence, place, words) for place in near]
            return max(verdicts, key=lambda verdict: (verdict.ok, _ORDER.index(verdict.rule)))
    return Grounding(False, tuple(sorted(wanted)), "grounding.words")


def _polarity(sentence: str, place: str, words: GroundingWords) -> Grounding:
    said, source = f" {_plain(sentence)} ", f" {_plain(place)} "
    negated, source_negated = (_found(text, words.negation) for text in (said, source))
    if bool(negated) != bool(source_negated) or len(negated) > len(source_negated):
        return Grounding(False, negated or source_negated, "grounding.polarity")
    must, may = _found(said, words.obligation), _found(said, words.permission)
    source_must, source_may = _found(source, words.obligation), _found(source, words.permission)
    if (must and not source_must and source_may) or (may and not source_may and source_must):
        return Grounding(False, must or may, "grounding.polarity")
    unbound = tuple(bound for bound in _found(said, words.bounds) if f" {bound} " not in source)
    if unbound:
        return Grounding(False, unbound, "grounding.bounds")
    for one, other in (*words.opposites, *((b, a) for a, b in words.opposites)):
        if f" {one} " in said and f" {one} " not in source and f" {other} " in source:
            return Grounding(False, (one,), "grounding.opposite")
    return GROUNDED


def _found(text: str, terms: Sequence[str] | frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(term for term in terms if f" {term} " in text))


def _content(text: str, words: GroundingWords) -> frozenset[str]:
    found = (words.numbers.get(word, word) for word in _WORD.findall(fold(text)))
    return frozenset(
        _stem(word) for word in found if (len(word) > 2 or word.isdigit()) and word not in words.stop
    )


def _stem(word: str) -> str:
    for suffix in ("ations", "ation", "ing", "ies", "es", "ed", "s"):
        if word.endswith(suffix) and len(word) - len(suffix) > 3:
            return word[: -len(suffix)]
    return word


def _plain(text: str) -> str:
    return re.sub(r"[^\w$%]+", " ", fold(text)).strip()
