"""The word lists behind the name finder: names, ordinary words and things that only look like names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from guardrails.folding import strip_marks
from guardrails.toml_files import DATA_FOLDER, read_list

_MAORI_SPELLING = re.compile(r"(?:(?:ng|wh|[hkmnprtw])?[aeiou])+")
_DOUBLED = re.compile(r"([aeiou])\1+")
_SUFFIXES = (
    "s",
    "es",
    "ed",
    "d",
    "ing",
    "er",
    "ers",
    "ly",
    "ness",
    "ies",
    "ment",
    "able",
    "n't",
    "nt",
    "ve",
    "ll",
    "re",
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Sets of folded words (no capitals, macrons or apostrophes)."""

    first_names: frozenset[str]
    last_names: frozenset[str]
    words: frozenset[str]
    """Ordinary English words."""
    maori_words: frozenset[str]
    rare_words: frozenset[str]
    """Words so rare in questions that, after a cue or with a capital, they may be a name."""
    not_names: frozenset[str]
    phrases: Mapping[str, tuple[tuple[str, ...], ...]] = field(repr=False, default_factory=dict)
    """The entries of `not_names` that have several words, by their first word."""
    _by_shape: Mapping[tuple[str, int], tuple[str, ...]] = field(repr=False, default_factory=dict)

    @classmethod
    def load(cls, folder: Path | None = None) -> Lexicon:
        """Read the lists (packaged by default). Raises PolicyError when one cannot be read."""
        return cls._packaged() if folder is None else cls._read(folder)

    @classmethod
    @cache
    def _packaged(cls) -> Lexicon:
        """Read once: the package's own files do not change."""
        return cls._read(DATA_FOLDER)

    @classmethod
    def _read(cls, folder: Path) -> Lexicon:
        def keys(name: str) -> frozenset[str]:
            return frozenset(cls.key(entry) for entry in read_list(folder / f"{name}.txt"))

        words, maori_words, rare_words = keys("words_en"), keys("words_mi"), keys("words_rare")
        maori_words |= {_DOUBLED.sub(r"\1", word) for word in maori_words}
        by_shape: dict[tuple[str, int], list[str]] = {}
        for word in sorted(words | maori_words | rare_words):
            by_shape.setdefault((word[0], len(word)), []).append(word)
        shapes = {shape: tuple(group) for shape, group in by_shape.items()}
        not_names = keys("not_names")
        phrases: dict[str, tuple[tuple[str, ...], ...]] = {}
        for entry in sorted(name for name in not_names if " " in name):
            first, *rest = entry.split()
            phrases[first] = (*phrases.get(first, ()), (first, *rest))
        return cls(
            keys("first_names"),
            keys("last_names"),
            words,
            maori_words,
            rare_words,
            not_names,
            phrases,
            shapes,
        )

    @staticmethod
    def key(word: str) -> str:
        """The form under which a word stands in the lists."""
        if word.isascii():
            return word.lower().replace("'", "")
        return strip_marks(word.casefold()).replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")

    def is_listed(self, key: str) -> bool:
        """Whether a folded word stands on a list as it is."""
        return any(
            key in entries
            for entries in (self.words, self.maori_words, self.rare_words, self.first_names, self.last_names)
        )

    def is_maori(self, key: str) -> bool:
        """Whether a folded word is an ordinary Māori word, its long vowels plain or doubled."""
        if key in self.maori_words:
            return True
        return bool(_MAORI_SPELLING.fullmatch(key)) and _DOUBLED.sub(r"\1", key) in self.maori_words

    def is_word(self, key: str) -> bool:
        """Whether a folded word, or what it is derived from, is an ordinary English or Māori word."""
        if key in self.words or self.is_maori(key):
            return True
        if key in self.first_names or key in self.last_names:
            return False
        stems = (key.removesuffix(suffix) for suffix in _SUFFIXES if key.endswith(suffix))
        return any(
            len(stem) > 2 and (stem in self.words or f"{stem}e" in self.words or f"{stem}y" in self.words)
            for stem in stems
        ) or ("-" in key and all(part in self.words for part in key.split("-")))

    def is_misspelt(self, key: str) -> bool:
        """Whether a folded word is one slip away from an ordinary word, and on no list of names."""
        if len(key) < 5 or key in self.first_names or key in self.last_names:
            return False
        near = (self._by_shape.get((key[0], len(key) + change), ()) for change in (-1, 0, 1))
        return any(extractOne(key, group, scorer=OSA.distance, score_cutoff=1) for group in near)
