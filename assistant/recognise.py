"""Whether a question is in a language that the service does not understand, and in which.

A script of its own tells at once. In Latin script the short words of a language decide, never spelling alone:
names, places and slips are full of strange spellings, so names leave first, and English or te reo Māori
grammar in the question outweighs. A text of which hardly a word stands in any list is of an unknown language.
Measured on all suites: `docs/te-reo-maori.md`.

Nothing here says anything about who asked.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from assistant.language import tokens_of, words_outside_names
from assistant.language_words import language_words
from assistant.other_languages import UNKNOWN, OtherLanguage, other_languages, word_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrails import Lexicon

_BEYOND_LATIN = re.compile(r"[\u0370-\u1dff\u1f00-\u1fff\u2e80-\udfff\uf900-\ufeff]")
_LETTER = re.compile(r"[^\W\d_]")
_SYLLABIC = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af]")
_NOT_TE_REO = re.compile(r"[bcdfjlqsvxyz]")
_OF_A_SYLLABLE = 3
"""Latin letters that one letter of Chinese, Japanese or Korean stands for."""
_HALF = 0.5
_STRANGE = 0.8
"""Share of words that no list knows, from which a text is of an unknown language."""
_FEWEST = 4
"""Words of which that share can be told."""
_FEW = 3
"""Words in which one of a relative of te reo Māori tells, because the two share most short words."""


def other_language(text: str, lexicon: Lexicon, written: str = "en") -> OtherLanguage | None:
    """The language of `text` where it is neither English nor te reo Māori; None where it may be either.

    `written` is what `assistant.language` makes of it: against "mi" or "mixed" only words speak that te reo
    Māori cannot spell.
    """
    if _BEYOND_LATIN.search(text) and (found := _by_script(text)) is not None:
        return found
    tokens = [word_key(raw) for raw in tokens_of(text)]
    english = sum(key in language_words().english for key in tokens)
    if english >= 2 and english * 4 >= len(tokens):
        return None
    return _by_words(text, lexicon, like_te_reo=written != "en")


def _by_script(text: str) -> OtherLanguage | None:
    letters = _LETTER.findall(text)
    written = "".join(letters)
    most, best = 0, None
    for language in other_languages().scripted:
        count = len(language.script.findall(written))
        if count > most and (language.marks is None or language.marks.search(text)):
            most, best = count, language
    weight = most * (_OF_A_SYLLABLE if best and _SYLLABIC.search(written) else 1)
    return best if weight > _HALF * (len(letters) - most + weight) else None


def _by_words(text: str, lexicon: Lexicon, *, like_te_reo: bool) -> OtherLanguage | None:
    raws = [raw.casefold() for raw in words_outside_names(text)]
    keys = [word_key(raw) for raw in raws]
    found = [(language, _hits(language, raws, keys)) for language in other_languages().latin]
    telling = {key for key in keys if _only_theirs(key, lexicon)}
    best, hits = max(found, key=lambda each: (sum(keys[at] in telling for at in each[1]), len(each[1])))
    own = sum(keys[at] in telling for at in hits)
    if like_te_reo:
        impossible = {key for key in telling if _NOT_TE_REO.search(key)}
        return best if sum(keys[at] in impossible for at in hits) >= 2 else None
    others = [key for at, key in enumerate(keys) if at not in hits]
    grammar = sum(key in language_words().english for key in others)
    known = sum(key in lexicon.words for key in others)
    if own > (known > 0) and len(hits) >= 2 and len(hits) >= known and len(hits) >= 2 * grammar:
        return best
    longest = max((len(keys[at]) for at in hits if keys[at] in telling), default=0)
    if longest > 2 and best.related and len(keys) >= _FEW and not grammar and known <= 1:
        return best
    whole = [key for key in keys if len(key) > 2]
    strange = sum(not _is_known(key, lexicon) for key in whole)
    if len(whole) >= _FEWEST and not grammar and strange >= _STRANGE * len(whole):
        return UNKNOWN
    return None


def is_grammar(span: str, language: OtherLanguage) -> bool:
    """Whether a span without capitals holds a short word of `language`, and so is hardly a name."""
    raws = span.split()
    return span == span.lower() and bool(_hits(language, raws, [word_key(raw) for raw in raws]))


def _only_theirs(key: str, lexicon: Lexicon) -> bool:
    return len(key) > 1 and key not in _ours() and key not in lexicon.words


def _hits(language: OtherLanguage, raws: Sequence[str], keys: Sequence[str]) -> list[int]:
    return [at for at, key in enumerate(keys) if key in language.grammar or language.letters.search(raws[at])]


@cache
def _ours() -> frozenset[str]:
    """Grammar and loan words of English and te reo Māori, which tell nothing of a third language."""
    known = language_words()
    return known.te_reo | known.shared | known.english | known.loans


def _is_known(key: str, lexicon: Lexicon) -> bool:
    if key in _ours():
        return True
    return (
        lexicon.is_listed(key) or lexicon.is_word(key) or key in lexicon.not_names or lexicon.is_misspelt(key)
    )
