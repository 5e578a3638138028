"""Mending of misspelt key words, so that a rule about "suicide" also reads "sucide" and "suiside"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

_WORD = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True, slots=True)
class Mender:
    """Replaces unknown words that are close to a key stem; ordinary words are never touched.

    Closeness: optimal string alignment (adjacent letters may be swapped), one slip up to six letters, two from
    seven; the first letter must agree.
    """

    stems: frozenset[str]
    is_word: Callable[[str], bool]
    _shapes: Mapping[tuple[str, int], Sequence[str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        shapes: dict[tuple[str, int], list[str]] = {}
        for stem in sorted(self.stems):
            shapes.setdefault((stem[0], len(stem)), []).append(stem)
        object.__setattr__(self, "_shapes", shapes)

    def mend(self, folded: str) -> str:
        """The folded text with its key words mended."""
        return _WORD.sub(self._mend_word, folded)

    def _mend_word(self, match: re.Match[str]) -> str:
        word = match.group()
        if word in self.stems or self.is_word(word):
            return word
        slips = 1 if len(word) < 7 else 2
        lengths = range(len(word) - slips, len(word) + slips + 1)
        near = [stem for length in lengths for stem in self._shapes.get((word[0], length), ())]
        best = extractOne(word, near, scorer=OSA.distance, score_cutoff=slips)
        return best[0] if best else word
