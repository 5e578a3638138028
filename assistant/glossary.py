"""Government terms in te reo Māori and English: how a question in one finds a page in the other.

`words/glossary.tsv` gives each row its standing. "seen": read in the source named, and may be shown.
"secondary": read, but not where the body itself writes it. "unverified": nobody has checked it. The last two
only widen a search; they never reach a reader. Nothing is translated: the question as asked is searched too.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from assistant.errors import WordsError
from assistant.language_words import language_words
from ingest import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LONGEST = 7
"""Words of the longest term that is looked for."""

_SUFFIXES = (
    "tanga",
    "hanga",
    "ngia",
    "kina",
    "whia",
    "tia",
    "hia",
    "ria",
    "kia",
    "mia",
    "nia",
    "ina",
    "nga",
    "na",
    "a",
)
"""Endings of passives and of nouns made from verbs: tono, tonoa, tonohia, tononga."""
_STEM = 3
_ENGLISH_FIRST = frozenset({"agency", "place", "greeting", "question", "date"})
"""Kinds whose English is never looked up to find te reo Māori."""


class Standing(StrEnum):
    """How far a row can be trusted."""

    SEEN = "seen"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Term:
    """One row: a term, what it means in English, and where that was read."""

    te_reo: str
    english: tuple[str, ...]
    kind: str
    standing: Standing
    source: str
    read: str

    @property
    def shown(self) -> bool:
        """Whether a reader may see it."""
        return self.standing is Standing.SEEN


@dataclass(frozen=True, slots=True)
class Meaning:
    """Words of a question and what the other language says for them."""

    start: int
    """Place of the first word among the question's folded words."""
    length: int
    kind: str
    means: tuple[str, ...]


class Glossary:
    """The rows, looked up however a term is spelt: macrons, doubled vowels, hyphens, joined or apart."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = tuple(terms)
        self._english = _by_key((term.te_reo, term, term.english) for term in terms)
        self._te_reo = _by_key(
            (english, term, (term.te_reo,))
            for term in terms
            if term.kind not in _ENGLISH_FIRST
            for english in term.english
        )

    def in_english(self, folded: Sequence[str]) -> tuple[Meaning, ...]:
        """What the te reo Māori among a question's folded words means, the longest terms first."""
        return tuple(_found(folded, self._english, inflected=True))

    def in_te_reo(self, folded: Sequence[str]) -> tuple[Meaning, ...]:
        """What te reo Māori says for the English among a question's folded words."""
        return tuple(_found(folded, self._te_reo, inflected=False))

    def knows(self, word: str) -> bool:
        """Whether the word is a term of te reo Māori, so that no spelling is put right towards English."""
        return bool(self.in_english(words(word)))

    def names(self) -> Iterator[str]:
        """Names of bodies and places, in both languages, whose words are not grammar."""
        for term in self.terms:
            if term.kind in {"agency", "place"}:
                yield term.te_reo
                yield from (english for english in term.english if " " in english)

    def body(self, english: str) -> str | None:
        """The te reo Māori name of a public body, where it was seen in its own or an official source."""
        key = english.casefold()
        return next(
            (
                term.te_reo
                for term in self.terms
                if term.kind == "agency" and term.shown and key in (each.casefold() for each in term.english)
            ),
            None,
        )


@cache
def glossary() -> Glossary:
    """The packaged glossary; raises `WordsError` that names the line of a row that cannot be used."""
    name = "assistant/words/glossary.tsv"
    try:
        text = files("assistant.words").joinpath("glossary.tsv").read_text(encoding="utf-8")
    except OSError as error:
        raise WordsError(f"{name} cannot be read: {error}") from error
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return Glossary([_term(row, f"{name}, line {at}") for at, row in enumerate(rows, start=2)])


def _term(row: Mapping[str, str], where: str) -> Term:
    try:
        english = tuple(each.strip() for each in row["english"].split("|") if each.strip())
        term = Term(
            row["te_reo"].strip(), english, row["kind"], Standing(row["standing"]), row["source"], row["read"]
        )
    except (KeyError, ValueError, AttributeError) as error:
        raise WordsError(f"{where} needs te_reo, english, kind, standing, source and read") from error
    if not term.te_reo or not english:
        raise WordsError(f"{where} needs a term and its English")
    if term.standing is not Standing.UNVERIFIED and not (term.source and term.read):
        raise WordsError(f"{where} is {term.standing} and needs its source and the day it was read")
    return term


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    means: tuple[str, ...]
    length: int
    """Words of the term as it is written."""


Table = dict[str, _Entry]


def _by_key(entries: Iterator[tuple[str, Term, tuple[str, ...]]]) -> Table:
    """By the folded words joined, with every meaning once."""
    table: Table = {}
    for said, term, means in entries:
        folded = words(said)
        known = table.get("".join(folded), _Entry(term.kind, (), 0))
        every = tuple(dict.fromkeys((*known.means, *means)))
        table["".join(folded)] = _Entry(known.kind, every, max(known.length, len(folded)))
    return table


def _found(folded: Sequence[str], table: Table, *, inflected: bool) -> Iterator[Meaning]:
    at = 0
    while at < len(folded):
        for length in range(min(LONGEST, len(folded) - at), 0, -1):
            entry = _entry(folded[at : at + length], table)
            if entry is None and inflected and length == 1:
                entry = _stemmed(folded[at], table)
            if entry is not None:
                yield Meaning(at, length, entry.kind, entry.means)
                break
        else:
            length = 1
        at += length


def _entry(run: Sequence[str], table: Table) -> _Entry | None:
    """The term that the words make together; grammar words join no others into one ("ngā wā ka": no waka)."""
    entry = table.get("".join(run))
    if entry is not None and len(run) > entry.length and not language_words().te_reo.isdisjoint(run):
        return None
    return entry


def _stemmed(word: str, table: Table) -> _Entry | None:
    """The entry of the word without its ending; a long vowel may have been folded away with it."""
    for suffix in _SUFFIXES:
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) >= _STEM and stem in table:
            return table[stem]
    return None
