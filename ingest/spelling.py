"""Spelling errors, put right towards the words that an index knows.

Only a word that neither the index nor the embedder knows is changed, so an ordinary word that no page
happens to use is never turned into another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ingest.terms import STOP_WORDS, WORD, fold, stem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SHORTEST = 4
"""Letters below which a word is left alone: too many words are one letter away."""

SHORT = 5
"""Letters up to which only a lost letter or two swapped ones are put right."""

LONG = 9
"""Letters from which two edits are put right rather than one."""


class Lexicon:
    """The words of an index, folded, with how often each occurs."""

    def __init__(self, frequency: Mapping[str, int]) -> None:
        self._frequency = dict(frequency)
        self._stems = {stem(word) for word in self._frequency} | {stem(word) for word in STOP_WORDS}
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(self._frequency):
            if word.isalpha():
                self._by_length.setdefault(len(word), []).append(word)

    def __contains__(self, word: str) -> bool:
        return stem(fold(word)) in self._stems

    def corrected(self, text: str, known: Callable[[str], bool]) -> str:
        """`text` with each word that is neither here nor `known` replaced by the nearest word here."""
        return WORD.sub(lambda match: self._nearest(match.group(), known), text)

    def _nearest(self, word: str, known: Callable[[str], bool]) -> str:
        key = fold(word)
        if len(key) < SHORTEST or not word.isalpha() or word in self or known(word):
            return word
        allowed = 2 if len(key) >= LONG else 1
        least = len(key) if len(key) <= SHORT else len(key) - allowed
        near = [
            (distance, other[0] != key[0], -self._frequency[other], other)
            for length in range(least, len(key) + allowed + 1)
            for other, distance in self._within(key, length, allowed)
            if len(key) > SHORT or length > len(key) or sorted(other) == sorted(key)
        ]
        return min(near)[3] if near else word

    def _within(self, key: str, length: int, allowed: int) -> list[tuple[str, int]]:
        """Words of that length at most so many edits away, with how many."""
        words = self._by_length.get(length, ())
        found = process.extract(key, words, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        return [(other, int(distance)) for other, distance, _ in found]
