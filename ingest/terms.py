"""Text as search keys: what makes two spellings of a word the same word for lexical search.

Macrons and doubled vowels fold together (āwhina, awhina, aawhina), but doubled vowels only in words
that te reo Māori could spell, so that "food" stays "food". English inflections fold by Snowball.
Quotes never pass through here: a key is for finding, not for showing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

import Stemmer

if TYPE_CHECKING:
    from collections.abc import Iterable

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
"""A word as it is written, with the apostrophes inside it."""
_TE_REO = re.compile(r"(?:(?:ng|wh|[hkmnprtw])?[aeiou])+")
_DOUBLED = re.compile(r"([aeiou])\1+")
_STEMMER = Stemmer.Stemmer("english")

STOP_WORDS = frozenset(
    """
    a an and are as at be been being but by did do does for from had has have i if in into is it its
    me my of on or our s so than that the their them then there these they this those to up was we
    were what when where which who whom will with you your how can could should would may might must
    about am any im ive please tell want know get got getting cant dont wont isnt arent didnt doesnt
    havent hasnt couldnt wouldnt shouldnt theyre youre youve weve thats whats hes shes theres wheres
    hows whos he she him her his hers us just really still ok okay hi hello hey thanks
    wanna gonna gotta because
    """.split()
)
"""Words that say nothing of a question's subject. Polarity words ("not", "without") are not among them."""


def terms(text: str) -> list[str]:
    """The search keys of `text`, in order, stop words left out."""
    return keys(words(text))


def keys(folded: Iterable[str]) -> list[str]:
    """The search keys of words that are folded already."""
    return list(filter(None, map(_key, folded)))


def words(text: str) -> list[str]:
    """The folded words of `text`, in order."""
    return list(map(fold, WORD.findall(unicodedata.normalize("NFC", text))))


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """One word without case, apostrophe, macron or (in te reo Māori spelling) doubled vowel."""
    bare = re.sub(r"['’](?:s$)?", "", word.casefold())
    bare = "".join(c for c in unicodedata.normalize("NFD", bare) if not unicodedata.combining(c))
    return _DOUBLED.sub(r"\1", bare) if _TE_REO.fullmatch(bare) else bare


@lru_cache(maxsize=65_536)
def _key(word: str) -> str:
    return "" if word in STOP_WORDS else stem(word)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A folded word's stem."""
    return str(_STEMMER.stemWord(word))
