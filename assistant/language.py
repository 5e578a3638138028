"""Whether a question is in te reo Māori, in English, or in both.

Function words that English does not have decide; spelling alone does not, because many English words
("take", "more", "home") could be te reo Māori, and place names stand in English questions.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_TE_REO_SPELLING = re.compile(r"(?:(?:ng|wh|[hkmnprtw])?[aeiouāēīōū])+")
_FUNCTION_WORDS = frozenset(
    """
    te ngā nga ki kei ko nā nō mō mā hei kua ka kia kāore kaore ehara tēnei tenei ēnei enei tēnā
    ahau au koe tātou mātou rātou tatou matou ratou aha hea āhea ahea pēhea pehea tāku taku tōku
    toku tō i e o he me
    """.split()
)
_ALSO_ENGLISH = frozenset(
    """
    i e o he me no to a hope take more home here
    """.split()
)
_ENGLISH = frozenset(
    """
    the a is are am do does how what when where who why can my of for in on with and or not if it
    you we they to i me he have has need get much long was will should would could about from at be
    been
    """.split()
)


def detect(text: str) -> str:
    """ "en", "mi", or "mixed"."""
    tokens = [match.group().casefold() for match in _WORD.finditer(unicodedata.normalize("NFC", text))]
    if not tokens:
        return "en"
    spelled = sum(_TE_REO_SPELLING.fullmatch(token) is not None for token in tokens) / len(tokens)
    sure = sum(token in _FUNCTION_WORDS and token not in _ALSO_ENGLISH for token in tokens)
    english = sum(token in _ENGLISH and token not in _FUNCTION_WORDS for token in tokens)
    foreign = sum(_TE_REO_SPELLING.fullmatch(token) is None for token in tokens)
    if sure >= 1 and spelled >= 0.7 and len(tokens) >= 3 and english <= 1:
        return "mi"
    if sure >= 2 and english >= 1 and foreign >= 1 and spelled >= 0.4:
        return "mixed"
    return "en"
