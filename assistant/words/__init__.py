"""The service's own words, by language, and the cues that tell what a question asks for."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from assistant.errors import WordsError
from ingest import terms

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "mi")


@dataclass(frozen=True, slots=True)
class Words:
    """Interface words of one language; `reviewed` tells whether a fluent speaker has seen them."""

    language: str
    reviewed: bool
    outcome: Mapping[str, str]
    note: Mapping[str, str]
    redacted: Mapping[str, str]
    interface: Mapping[str, str]
    """What pages say around an answer; `{...}` marks where a value goes."""


@dataclass(frozen=True, slots=True)
class Clarification:
    """A word that alone does not say which service is meant.

    `asked` are its search keys, `beside` those that tell nothing more; `titles` finds the pages that could
    be meant, `question` asks which one, by language.
    """

    asked: frozenset[str]
    beside: frozenset[str]
    titles: re.Pattern[str]
    question: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tellings:
    """Patterns over folded text for something that is told and asks for nothing (`tellings.toml`)."""

    open_end: re.Pattern[str]
    """What follows a telling and asks for nothing in particular."""
    opens: re.Pattern[str]
    asks: re.Pattern[str]
    question: Mapping[str, str]
    """What is asked back, by language."""


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Patterns over folded text, and search keys that name no subject (`follow_ups.toml`)."""

    same: re.Pattern[str]
    """What stands for the thing that was spoken of."""
    leans: re.Pattern[str]
    """That, or what leans on it otherwise."""
    says_nothing: frozenset[str]


class _Offered:
    """What the composition root has decided to show; everything until it does."""

    only_reviewed = False


def show_only_reviewed(only: bool) -> None:
    """Whether a language whose words no fluent speaker has reviewed falls back to English.

    For the composition root alone. It falls back as a whole: a page half in each language cannot be marked up
    so that a screen reader says it right.
    """
    _Offered.only_reviewed = only


def only_reviewed() -> bool:
    """What was decided."""
    return _Offered.only_reviewed


def offered() -> tuple[str, ...]:
    """The languages that the service speaks."""
    return tuple(language for language in LANGUAGES if words(language).language == language)


def words(language: str) -> Words:
    """The words of `language`; those of English for a language that has none, or none that may be shown."""
    found = _words(language)
    return found if found.reviewed or not _Offered.only_reviewed else _words("en")


@cache
def _words(language: str) -> Words:
    data = _read(f"{language if language in LANGUAGES else 'en'}.toml")
    try:
        tables = (data[name] for name in ("outcome", "note", "redacted", "interface"))
        return Words(data["language"], data["reviewed"], *tables)
    except KeyError as error:
        raise WordsError(f"assistant/words/{language}.toml has no {error}") from error


@cache
def cues() -> Mapping[str, re.Pattern[str]]:
    """One pattern a question kind, over folded text."""
    data = _read("kinds.toml")
    kinds = {kind: value for kind, value in data.items() if isinstance(value, dict)}
    return {
        kind: re.compile("|".join(rf"(?<!\w)(?:{cue})(?!\w)" for cue in value["en"] + value["mi"]))
        for kind, value in kinds.items()
    }


@cache
def place_names() -> re.Pattern[str]:
    """A pattern for places outside New Zealand, over folded text (`places.toml`)."""
    data = _read("places.toml")
    names = sorted({*data["countries"], *data["cities"]}, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")


@cache
def abroad() -> frozenset[str]:
    """Search keys of a title or heading that tells of places outside New Zealand (`places.toml`)."""
    return frozenset(terms(" ".join(_read("places.toml")["abroad"])))


@cache
def headings() -> Mapping[str, re.Pattern[str]]:
    """What a page's headings say stands under them: `contact`, `needs`; patterns to search with."""
    data = _read("headings.toml")
    return {name: re.compile(value["pattern"], re.IGNORECASE) for name, value in data["heading"].items()}


@cache
def follow_ups() -> FollowUps:
    """How a question rests on those before it."""
    data = _read("follow_ups.toml")
    try:
        same, leans, begins = ("|".join(data[name]) for name in ("same", "leans", "begins"))
        nothing = " ".join(data["says_nothing"])
    except KeyError as error:
        raise WordsError(f"assistant/words/follow_ups.toml has no {error}") from error
    leaning = re.compile(rf"\b(?:{same}|{leans})\b|^(?:{begins})\b")
    return FollowUps(re.compile(rf"\b(?:{same})\b"), leaning, frozenset(terms(nothing)))


@cache
def tellings() -> Tellings:
    """How something that happened is told, and what is asked back then."""
    data = _read("tellings.toml")
    try:
        end, greeting, opening, asking = (
            "|".join(data[each]) for each in ("open_end", "greetings", "opens", "asks")
        )
        return Tellings(
            open_end=re.compile(rf"(?: (?:{end}))+$"),
            opens=re.compile(rf"^(?:(?:{greeting}) )*(?:{opening})"),
            asks=re.compile(rf"\b(?:{asking})\b"),
            question=data["question"],
        )
    except KeyError as error:
        raise WordsError(f"assistant/words/tellings.toml has no {error}") from error


@cache
def clarifications() -> tuple[Clarification, ...]:
    """Words that could mean several services, and what is asked then."""
    data = _read("clarifications.toml")
    try:
        return tuple(
            Clarification(
                asked=frozenset(terms(each["asked"])),
                beside=frozenset(terms(data["beside"])),
                titles=re.compile("|".join(each["titles"]), re.IGNORECASE),
                question=each["question"],
            )
            for each in data["group"]
        )
    except KeyError as error:
        raise WordsError(f"assistant/words/clarifications.toml has no {error}") from error


def _read(name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise WordsError(f"assistant/words/{name} cannot be read: {error}") from error
