"""The instructions that a language model is given, by language: files with an owner, a source and a date."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assistant.errors import WordsError
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


def prompt_digest() -> str:
    """SHA-256 over the instructions in all languages, without a canary: logged with each answer."""
    return digest("\n".join(answer_prompt(language).text for language in LANGUAGES))


def _name(language: str) -> str:
    return f"answer.{language if language in LANGUAGES else 'en'}.md"


def _read(name: str) -> str:
    try:
        return files(__package__).joinpath(name).read_text(encoding="utf-8")
    except OSError as error:
        raise WordsError(f"assistant/prompts/{name} cannot be read: {error}") from error
