"""A question's search keys in both languages, so that one in te reo Māori finds the page in English.

The question itself is always searched; the glossary only adds. Grammar words of te reo Māori are left out of
the keys, because a page in English never has them. What an embedder that knows no te reo Māori reads is the
English of the terms in the question's order: keywords, not a translation, and never shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.glossary import glossary
from assistant.language_words import language_words
from ingest import keys, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from assistant.glossary import Meaning

ALTERNATIVES = 2
"""Meanings of a term that the embedder reads; all of them are search keys."""

_SHORTEST = 4
"""Letters of a single word that means something in an English question too."""

_SAYS_HOW = frozenset({"question", "greeting"})
"""Kinds whose words say how something is asked, not what about."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Search keys by the language of the page that is searched, and the question in English keywords."""

    english: tuple[str, ...]
    te_reo: tuple[str, ...]
    keywords: str
    """For the embedder; empty where the glossary adds nothing."""
    plain: tuple[str, ...] = ()
    """The English keys that stand for themselves."""
    meanings: tuple[tuple[tuple[str, ...], ...], ...] = ()
    """For each term, its meanings in English as keys: any one of them will do."""

    @property
    def terms(self) -> tuple[str, ...]:
        """The keys of both, the question's own first."""
        return tuple(dict.fromkeys((*self.te_reo, *self.english)))

    def asked_of(self, present: AbstractSet[str]) -> tuple[str, ...]:
        """The English keys, each term by the meaning of which most is in `present`."""
        chosen = [max(each, key=lambda keys: _share(keys, present)) for each in self.meanings if each]
        return _unique([*self.plain, *(key for keys in chosen for key in keys)])


def gloss(text: str) -> str:
    """What a page in te reo Māori says, as English keywords for an embedder that knows no te reo Māori."""
    return _from_te_reo(words(text)).keywords or text


def _share(wanted: Sequence[str], present: AbstractSet[str]) -> float:
    return sum(key in present for key in wanted) / len(wanted) if wanted else 0.0


def cross(text: str, written: str, reader: str) -> Crossing:
    """`written`: the language of the question, "mixed" for both; `reader`: the language it is answered in."""
    folded = words(text)
    if written == "en":
        return _from_english(text, folded, reader)
    return _from_te_reo(folded)


def _from_te_reo(folded: Sequence[str]) -> Crossing:
    meanings = glossary().in_english(folded)
    covered = {at for each in meanings for at in range(each.start, each.start + each.length)}
    grammar = language_words().te_reo | language_words().shared
    own = [word for word in folded if word not in grammar]
    rest = [word for at, word in enumerate(folded) if at not in covered and word not in grammar]
    return Crossing(
        english=_unique([*keys(rest), *_keys_of(meanings)]),
        te_reo=_unique(keys(own) or keys(folded)),
        keywords=_keywords(folded, meanings, grammar) if meanings else "",
        plain=_unique(keys(rest)),
        meanings=_alternatives(meanings),
    )


def _from_english(text: str, folded: Sequence[str], reader: str) -> Crossing:
    """Names and loan words bring their English; te reo Māori only where the reader chose it."""
    own = tuple(keys(folded))
    meanings = [each for each in glossary().in_english(folded) if _sure(each, folded)]
    added = [each.means[0] for each in meanings]
    back = _keys_of(glossary().in_te_reo(folded)) if reader == "mi" else ()
    return Crossing(
        english=_unique((*own, *_keys_of(meanings))),
        te_reo=_unique((*own, *back)),
        keywords=" ".join((text, *added)) if added else "",
        plain=own,
        meanings=_alternatives(meanings),
    )


def _sure(meaning: Meaning, folded: Sequence[str]) -> bool:
    """Whether a term in an English question is no English word that is spelt alike ("take", "hara")."""
    if meaning.kind == "agency" or meaning.length > 1:
        return meaning.kind not in _SAYS_HOW
    word = folded[meaning.start]
    known = language_words()
    english = word in known.english or word in known.alike or word in known.shared
    return len(word) >= _SHORTEST and not english and meaning.kind not in {*_SAYS_HOW, "place", "date"}


def _keywords(folded: Sequence[str], meanings: Sequence[Meaning], grammar: frozenset[str]) -> str:
    starts = {each.start: each for each in meanings}
    said: list[str] = []
    at = 0
    while at < len(folded):
        if (meaning := starts.get(at)) is not None:
            said += meaning.means[:ALTERNATIVES]
            at += meaning.length
            continue
        if folded[at] not in grammar:
            said.append(folded[at])
        at += 1
    return " ".join(dict.fromkeys(said))


def _keys_of(meanings: Sequence[Meaning]) -> tuple[str, ...]:
    return tuple(key for each in _alternatives(meanings) for alternative in each for key in alternative)


def _alternatives(meanings: Sequence[Meaning]) -> tuple[tuple[tuple[str, ...], ...], ...]:
    told = (each for each in meanings if each.kind not in _SAYS_HOW)
    return tuple(tuple(tuple(keys(words(mean))) for mean in each.means) for each in told)


def _unique(found: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
