"""Mending of misspelt key words, so that a rule about "suicide" also reads "sucide" and "suiside"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

_WORD = re.compile(r"[a-z]{3,}")
_READINGS = 8


@dataclass(frozen=True, slots=True)
class Mender:
    """Reads unknown words that are close to a key stem as that stem; ordinary words are never touched.

    Closeness: optimal string alignment (adjacent letters may be swapped), one slip up to six letters, two
    from seven; the first letter must agree.
    """

    stems: frozenset[str]
    is_word: Callable[[str], bool]
    _shapes: Mapping[tuple[str, int], Sequence[str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        shapes: dict[tuple[str, int], list[str]] = {}
        for stem in sorted(self.stems):
            shapes.setdefault((stem[0], len(stem)), []).append(stem)
        object.__setattr__(self, "_shapes", shapes)

    def readings(self, folded: str) -> tuple[str, ...]:
        """The text as it stands, mended, and with one word mended in another way, at most eight in all."""
        slips = [(match, self._near(match.group())) for match in _WORD.finditer(folded)]
        slips = [(match, near) for match, near in slips if near]
        best = {match.start(): near[0] for match, near in slips}
        texts = [folded, self._mended(folded, best)]
        for match, near in slips:
            texts += [self._mended(folded, {**best, match.start(): other}) for other in near[1:]]
        return tuple(dict.fromkeys(texts))[:_READINGS]

    def _near(self, word: str) -> list[str]:
        if word in self.stems or self.is_word(word):
            return []
        slips = 1 if len(word) < 7 else 2
        lengths = range(len(word) - slips, len(word) + slips + 1)
        near = [stem for length in lengths for stem in self._shapes.get((word[0], length), ())]
        return [stem for stem, _, _ in extract(word, near, scorer=OSA.distance, score_cutoff=slips, limit=4)]

    @staticmethod
    def _mended(folded: str, words: Mapping[int, str]) -> str:
        return _WORD.sub(lambda match: words.get(match.start(), match.group()), folded)
