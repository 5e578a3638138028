"""Whether a question is in te reo Māori, in English, or in both.

Grammar words decide. Spelling alone does not, because many English words ("take", "more", "home") could be
te reo Māori; and a name or a loan word is no grammar, because New Zealand English is full of them. So names,
greetings and loan words leave first, then the grammar words of each language are counted (rules before
statistics: Trye et al. 2022, AACL-IJCNLP). Neighbours that share short words (Cook Islands Māori, Samoan,
Hawaiian, Tongan) are told by words and letters that te reo Māori does not have.

Nothing here says anything about who asked.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING

from assistant.glossary import glossary
from assistant.language_words import language_words
from ingest import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MARK = "'’‘ʻʼ`"
_WORD = re.compile(rf"[{_MARK}]?[^\W\d_]+(?:[{_MARK}][^\W\d_]+)*")
_LEFT_OUT = re.compile(r"<[A-Z_]+>|https?://\S+|www\.\S+|\S+@\S+|\w*\d\S*")
_TE_REO = re.compile(r"(?:(?:ng|wh|[hkmnprtw])?[aeiou])+")
_GLOTTAL = re.compile(r"^[ʻ‘ʼ][aeiou]|[aeiou][ʻʼ'’‘`][aeiou]")
_DOUBLED = re.compile(r"([aeiou])\1")
_MACRON = re.compile(r"[āēīōū]", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?:;\n]")
_TITLE = 0.7
"""Share of words with a capital from which capitals tell nothing of names."""
_LINKS = frozenset("o a ki i te nga me no mo of for and the to in".split())


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for each language, once names, greetings and loan words are left out."""

    te_reo: int
    """Grammar words that only te reo Māori has."""
    shared: int
    """Grammar words of te reo Māori that are English words too."""
    content: int
    """Other words that te reo Māori could spell and English does not have."""
    english: int
    """Grammar words that only English has."""
    loan: int
    """Words of te reo Māori that New Zealand English has too: they tell nothing."""
    foreign: int
    """All other words."""
    neighbour: int
    """Words of a related language."""

    @property
    def language(self) -> str:
        """ "mi" for te reo Māori, "mixed" for the grammar of both, else "en"."""
        if 3 * self.neighbour >= max(self.te_reo, 1):
            return "en"
        told = self.te_reo + self.content
        if not self.english:
            ours = told + self.shared
            grammatical = self.te_reo >= 1 and ours >= 2
            bare = self.content >= 2 and not self.foreign
            return "mi" if bare or (grammatical and ours > self.foreign) else "en"
        return "mixed" if self.te_reo >= 1 and told + self.shared >= 2 else "en"


@dataclass(frozen=True, slots=True)
class _Token:
    raw: str
    """As it is written, composed."""
    key: str
    """Folded."""
    first: bool
    """Whether it begins a sentence."""

    @property
    def capital(self) -> bool:
        return self.raw[:1].isupper() or (self.raw[0] in _MARK and self.raw[1:2].isupper())


def detect(text: str) -> str:
    """ "mi", "mixed", or "en" for English and every other language."""
    return signs(text).language


def written_in(text: str, earlier: Sequence[str] = ()) -> str:
    """`detect`; a question that tells nothing ("IRD?") goes on in the language of the one before."""
    found = signs(text)
    if earlier and found.language == "en" and not (found.english or found.neighbour) and found.foreign <= 1:
        return detect(earlier[-1])
    return found.language


def signs(text: str) -> Signs:
    """What speaks for each language in `text`."""
    tokens = _without_names(_without_phrases(list(_tokens(text))))
    sides = [_side(token) for token in tokens]
    if any(
        side == "te_reo" and _DOUBLED.search(token.raw) for side, token in zip(sides, tokens, strict=True)
    ):
        sides = [_beside_doubled(token, side) for side, token in zip(sides, tokens, strict=True)]
    te_reo_alone = sides.count("te_reo") >= 2 and "english" not in sides
    sides = [
        _of_alike(token, te_reo_alone) if side == "alike" else side
        for side, token in zip(sides, tokens, strict=True)
    ]
    return Signs(**{field.name: sides.count(field.name) for field in fields(Signs)})


def tokens_of(text: str) -> list[str]:
    """The words of `text` as they are written, without addresses, numbers and placeholders."""
    return [token.raw for token in _tokens(text)]


def words_outside_names(text: str) -> list[str]:
    """The words that belong to no name, known phrase or greeting, as they are written."""
    return [token.raw for token in _without_names(_without_phrases(list(_tokens(text))))]


def _beside_doubled(token: _Token, side: str) -> str:
    """Among other doubled vowels "too" is no English word."""
    return "shared" if token.raw.casefold() == "too" else side


def _of_alike(token: _Token, te_reo_alone: bool) -> str:
    """ "Mate" and "papa" are English words too, but not between "kua" and "taku", nor with a macron."""
    return "content" if te_reo_alone or _MACRON.search(token.raw) else "foreign"


def _tokens(text: str) -> Iterator[_Token]:
    text = _LEFT_OUT.sub(" ", unicodedata.normalize("NFC", text))
    text = text.lower() if text.isupper() else text
    end = 0
    for match in _WORD.finditer(text):
        first = end == 0 or _SENTENCE_END.search(text, end, match.start()) is not None
        end = match.end()
        yield _Token(match.group(), _key(match.group()), first)


def _key(word: str) -> str:
    """Folded as search keys are, unless English has the word with its doubled vowel ("too", "see")."""
    plain = word.casefold().strip(_MARK)
    return plain if plain in language_words().english else fold(word.strip(_MARK))


def _without_phrases(tokens: Sequence[_Token]) -> list[_Token]:
    """The words that belong to no greeting, known name or service."""
    kept: list[_Token] = []
    at = 0
    while at < len(tokens):
        length = next(
            (len(p) for p in _phrases().get(tokens[at].key, ()) if _matches(tokens, at, p)),
            0,
        )
        if not length:
            kept.append(tokens[at])
        at += length or 1
    return kept


def _matches(tokens: Sequence[_Token], at: int, phrase: tuple[str, ...]) -> bool:
    return tuple(token.key for token in tokens[at : at + len(phrase)]) == phrase


@cache
def _phrases() -> dict[str, tuple[tuple[str, ...], ...]]:
    """By their first word, the longest first."""
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase in (*language_words().phrases, *glossary().names()):
        keys = tuple(token.key for token in _tokens(phrase))
        table.setdefault(keys[0], []).append(keys)
    return {first: tuple(sorted(found, key=len, reverse=True)) for first, found in table.items()}


def _without_names(tokens: Sequence[_Token]) -> list[_Token]:
    """The words outside runs such as "Te Rangi" or "Ngāti Awa ki Tāmaki": capitals joined by short words."""
    inner = [token for token in tokens if not token.first and token.raw != "I"]
    if len(inner) > 2 and sum(token.capital for token in inner) > 0.7 * len(
        inner
    ):  # a title or all capitals: they tell nothing
        return list(tokens)
    inside: set[int] = set()
    for start, token in enumerate(tokens):
        if token.capital and not _opens(token):
            end = _run(tokens, start)
            if end > start or (not token.first and token.raw != "I"):
                inside.update(range(start, end + 1))
    return [token for at, token in enumerate(tokens) if at not in inside]


def _opens(token: _Token) -> bool:
    """Whether a capital only shows that a sentence begins."""
    grammar = token.key in language_words().te_reo | language_words().shared | language_words().english
    return token.first and grammar and token.key not in {"te", "nga"}


def _run(tokens: Sequence[_Token], start: int) -> int:
    """The last word of the run of capitals that begins at `start`."""
    last = start
    for at in range(start + 1, len(tokens)):
        if tokens[at].first:
            break
        if tokens[at].capital and tokens[at].raw != "I":
            last = at
        elif tokens[at].key not in _LINKS or at - last > 2:
            break
    return last


def _side(token: _Token) -> str:
    known = language_words()
    raw, key = token.raw.casefold(), token.key
    if raw.strip(_MARK) in known.neighbours or _GLOTTAL.search(_bare(raw)):
        return "neighbour"
    if raw in known.long:
        return "te_reo"
    if token.raw == "I" and not token.first:
        return "english"
    if key in known.shared:
        return "shared"
    if key in known.te_reo:
        return "te_reo"
    if raw.replace("'", "").replace("’", "") in known.english:
        return "english"
    if key in known.loans:
        return "loan"
    if key in known.alike:
        return "alike"
    if token.raw.isupper() and len(token.raw) > 1:
        return "foreign"
    return "content" if _TE_REO.fullmatch(key) else "foreign"


def _bare(word: str) -> str:
    """Without macrons and umlauts, glottal marks as they are."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
