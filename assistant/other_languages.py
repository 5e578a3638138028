"""The list of `assistant/words/other_languages.toml`: languages that the service does not understand."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from assistant.errors import WordsError
from assistant.language_words import language_words
from ingest import fold

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

_FILE = "other_languages.toml"
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """A language by name, what an official page says in it, and what it is recognised by."""

    code: str
    """BCP 47; "und" for a language that is none of the list."""
    english: str = ""
    own: str = ""
    """Its own name for itself."""
    says: str = ""
    """Word for word from `page`; empty where no official page in this language was read."""
    page: str = ""
    script: re.Pattern[str] = _NEVER
    """A letter of its script, for a language that has one of its own."""
    marks: re.Pattern[str] | None = None
    """What tells it from the languages after it that share its script."""
    letters: re.Pattern[str] = _NEVER
    """Letters of Latin script that neither English nor te reo Māori writes."""
    grammar: frozenset[str] = frozenset()
    related: bool = False
    """Whether it is a relative of te reo Māori."""


@dataclass(frozen=True, slots=True)
class OtherLanguages:
    """All of them, in the order in which they are tried."""

    scripted: tuple[OtherLanguage, ...]
    latin: tuple[OtherLanguage, ...]
    interpreters: str
    """The official page on interpreters, in English."""
    checked_on: date


UNKNOWN = OtherLanguage("und")


@cache
def other_languages() -> OtherLanguages:
    """Raises `WordsError` for a file that cannot be read or lacks an entry."""
    try:
        data = tomllib.loads(files("assistant.words").joinpath(_FILE).read_text(encoding="utf-8"))
        listed = tuple(_parsed(entry) for entry in data["language"])
        return OtherLanguages(
            scripted=tuple(each for each in listed if each.script is not _NEVER),
            latin=tuple(each for each in listed if each.script is _NEVER),
            interpreters=data["interpreters"],
            checked_on=data["date"],
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, re.error) as error:
        raise WordsError(f"assistant/words/{_FILE} cannot be read: {error}") from error


def _parsed(entry: dict[str, Any]) -> OtherLanguage:
    shared = language_words().neighbour_lists[entry["neighbour"]] if "neighbour" in entry else ()
    return OtherLanguage(
        code=entry["code"],
        english=entry["english"],
        own=entry["own"],
        says=entry.get("says", ""),
        page=entry.get("page", ""),
        script=_letters(entry.get("script")),
        marks=re.compile(entry["marks"]) if "marks" in entry else None,
        letters=_letters(entry.get("letters")),
        grammar=_folded(entry.get("grammar", "").split()) | _folded(shared),
        related="neighbour" in entry,
    )


def _letters(given: str | None) -> re.Pattern[str]:
    return re.compile(f"[{given}]") if given else _NEVER


def _folded(given: Iterable[str]) -> frozenset[str]:
    return frozenset(word_key(word) for word in given)


def word_key(word: str) -> str:
    """A word without case, accents and glottal marks."""
    return fold(word.replace("ʻ", "").replace("‘", "").replace("`", ""))
