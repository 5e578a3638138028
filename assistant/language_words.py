"""The lists of `assistant/words/language.toml`, folded: what tells one language from another."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from assistant.errors import WordsError
from ingest import fold

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class LanguageWords:
    """Folded words but for `long` and `neighbours`, which are as they are written in lower case."""

    te_reo: frozenset[str]
    shared: frozenset[str]
    long: frozenset[str]
    """Spellings of shared words that English never uses."""
    english: frozenset[str]
    alike: frozenset[str]
    """English words that te reo Māori could spell."""
    loans: frozenset[str]
    neighbours: frozenset[str]
    neighbour_lists: Mapping[str, frozenset[str]]
    """The same, by language."""
    phrases: tuple[str, ...]
    """Greetings and names, whose words tell nothing."""


@cache
def language_words() -> LanguageWords:
    """Raises `WordsError` for a file that cannot be read or lacks a list."""
    name = "assistant/words/language.toml"
    try:
        data = tomllib.loads(files("assistant.words").joinpath("language.toml").read_text(encoding="utf-8"))
        return _parsed(data)
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise WordsError(f"{name} cannot be read: {error}") from error


def _parsed(data: dict[str, Any]) -> LanguageWords:
    named = data["names"]
    lists = (data["greetings"]["phrases"], data["loans"]["phrases"], *named.values())
    shared = _folded(data["te_reo"]["shared"])
    neighbours = {name: frozenset(listed.split()) for name, listed in data["neighbours"].items()}
    return LanguageWords(
        te_reo=_folded(data["te_reo"]["grammar"]) - shared,
        shared=shared,
        long=frozenset(data["te_reo"]["long"].split()),
        english=frozenset(data["english"]["grammar"].split()),
        alike=_folded(data["english"]["alike"]),
        loans=_folded(data["loans"]["words"]),
        neighbours=frozenset().union(*neighbours.values()),
        neighbour_lists=neighbours,
        phrases=tuple(
            phrase.strip()
            for listed in lists
            for phrase in listed.replace("\n", "|").split("|")
            if phrase.strip()
        ),
    )


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split())
