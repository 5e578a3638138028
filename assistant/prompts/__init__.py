"""The instructions that a language model is given, by language: files with an owner, a source and a date."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import AfterValidator, dataclasses

from assistant.errors import WordsError
from assistant.tuning import CLOSED
from assistant.words import LANGUAGES
from ingest import digest

_CANARY = "{{canary}}"
_FENCE = "+++\n"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One file: `text` with a place for the canary; `reviewed` tells whether a fluent speaker has seen it."""

    language: str
    reviewed: bool
    text: str

    def with_canary(self, canary: str) -> str:
        """The instructions with the token by which a leak of them is recognised."""
        return self.text.replace(_CANARY, canary)


@cache
def answer_prompt(language: str) -> Prompt:
    """The instructions for answers in `language`; those for English where there are none.

    Raises `WordsError` where the file is missing, malformed or has no one place for the canary.
    """
    name = _name(language)
    opening, *rest = _read(name).split(_FENCE, 2)
    if opening or len(rest) != 2 or rest[1].count(_CANARY) != 1:
        raise WordsError(f"assistant/prompts/{name} needs a header between two +++ lines and one {_CANARY}")
    try:
        header = tomllib.loads(rest[0])
        return Prompt(header["language"], header["reviewed"], rest[1].strip())
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise WordsError(f"assistant/prompts/{name} has a malformed header: {error}") from error


def _with_one_place(text: str) -> str:
    if text.count(_CANARY) != 1:
        raise ValueError(f"needs one {_CANARY}, by which a leak of it is recognised")
    return text.strip()


PromptText = Annotated[str, AfterValidator(_with_one_place)]
"""Instructions with one place for the canary."""


@dataclasses.dataclass(frozen=True, slots=True, config=CLOSED)
class Prompts:
    """The instructions by language, each in place of the one that ships; None: that one."""

    en: PromptText | None = None
    mi: PromptText | None = None

    def answer(self, language: str) -> Prompt:
        """The instructions for answers in `language`; one that does not ship has been reviewed by nobody."""
        shipped = answer_prompt(language)
        own = self.mi if shipped.language == "mi" else self.en
        return Prompt(shipped.language, False, own) if own else shipped

    @property
    def digest(self) -> str:
        """SHA-256 over the instructions in all languages, without a canary: logged with each answer."""
        return digest("\n".join(self.answer(language).text for language in LANGUAGES))


SHIPPED = Prompts()


def _name(language: str) -> str:
    return f"answer.{language if language in LANGUAGES else 'en'}.md"


def _read(name: str) -> str:
    try:
        return files(__package__).joinpath(name).read_text(encoding="utf-8")
    except OSError as error:
        raise WordsError(f"assistant/prompts/{name} cannot be read: {error}") from error
