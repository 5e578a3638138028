"""What the service says of itself at length (`words/prose.toml`): English, and te reo Māori beside it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from assistant.errors import WordsError

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "assistant/words/prose.toml"


@dataclass(frozen=True, slots=True)
class Prose:
    """One text: English, and te reo Māori where somebody could write it."""

    en: str
    mi: str = ""


@cache
def all_prose() -> Mapping[str, Prose]:
    """Every text by its name; raises `WordsError` for a file that cannot be used."""
    try:
        data = tomllib.loads(files("assistant.words").joinpath("prose.toml").read_text(encoding="utf-8"))
        return {
            f"{table}.{name}": Prose(**texts)
            for table, entries in data.items()
            if isinstance(entries, dict)
            for name, texts in entries.items()
        }
    except (OSError, tomllib.TOMLDecodeError, TypeError) as error:
        raise WordsError(f"{FILE} cannot be read: {error}") from error
