"""One word of a text and what the lists say of it."""

from __future__ import annotations

import re

from guardrails.lexicon import Lexicon

_POSSESSIVE = re.compile(r"['’]s$")
_MAORI_SPELLING = re.compile(r"(?:(?:ng|wh|[hkmnprtw])?[aeiou])+")


class Word:
    """A word with its place. A possessive ending is not part of it, and closes the name that it ends."""

    __slots__ = (
        "capital", "closed", "denied", "end", "english", "first", "key", "last", "maori", "rare", "raw",
        "start", "whole_key", "word",
    )  # fmt: skip

    def __init__(self, match: re.Match[str], lexicon: Lexicon, shouted: bool) -> None:
        whole = match.group().lower() if shouted else match.group()
        tail = _POSSESSIVE.search(whole)
        self.raw = whole[: tail.start()] if tail else whole
        self.start = match.start()
        self.end = self.start + len(self.raw)
        self.closed = tail is not None
        self.capital = whole[0].isupper()
        self.key = lexicon.key(self.raw)
        self.whole_key = lexicon.key(whole) if tail else self.key
        self.denied = self.key in lexicon.not_names
        self.maori = lexicon.is_maori(self.key)
        self.word = lexicon.is_word(self.key)
        self.english = self.word and not self.maori
        self.rare = self.key in lexicon.rare_words
        self.first = self.key in lexicon.first_names
        self.last = self.key in lexicon.last_names or (
            "-" in self.key and self.key.rpartition("-")[2] in lexicon.last_names
        )

    @property
    def listed(self) -> bool:
        """On a list of names."""
        return self.first or self.last

    @property
    def distinct(self) -> bool:
        """On a list of names, and nothing else as well."""
        return self.listed and not self.word and not self.denied

    @property
    def unexplained(self) -> bool:
        """No word, no place, no agency: a name as far as anybody can tell."""
        return len(self.key) > 1 and not self.word and not self.denied and not self.raw.isupper()

    @property
    def maori_like(self) -> bool:
        """Spelt as a Māori word: with a capital it is as likely a place or an iwi as a person."""
        return bool(_MAORI_SPELLING.fullmatch(self.key))
