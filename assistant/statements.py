"""What a sentence, item, step or row says by its words, and what a question asks: `words/statements.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from assistant.errors import WordsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BOTH = " and "


def statement(says: Sequence[str], unless: Sequence[str] = ()) -> re.Pattern[str]:
    """A pattern for texts that say one of `says` and none of `unless`.

    Each is the name of a pattern, or several joined by " and ", all of which must be there. Raises
    `WordsError` for a name that `words/statements.toml` has not got.
    """
    found = "|".join(map(_all_of, says))
    if unless:
        found = rf"\A(?!.*(?:{'|'.join(map(_all_of, unless))}))(?=.*(?:{found}))"
    return re.compile(found, re.IGNORECASE | re.DOTALL)


def question(entry: Mapping[str, Any]) -> re.Pattern[str]:
    """The pattern over questions that `entry` has (`question`) or names (`asks`); raises `KeyError`."""
    pattern = _pattern("asks", entry["asks"]) if "asks" in entry else entry["question"]
    return re.compile(pattern, re.IGNORECASE)


def _all_of(joined: str) -> str:
    each = [_pattern("says", name) for name in joined.split(_BOTH)]
    return each[0] if len(each) == 1 else r"\A" + "".join(f"(?=.*(?:{pattern}))" for pattern in each)


def _pattern(table: str, name: str) -> str:
    try:
        return _patterns(table)[name]
    except KeyError as error:
        hint = f"Its names are: {', '.join(_patterns(table))}."
        raise WordsError(f"assistant/words/statements.toml has no {name!r}", what_to_do=hint) from error


@cache
def _patterns(table: str) -> Mapping[str, str]:
    try:
        data = tomllib.loads(files("assistant.words").joinpath("statements.toml").read_text(encoding="utf-8"))
        return {name: f"(?:{re.compile(each).pattern})" for name, each in data[table].items()}
    except (OSError, tomllib.TOMLDecodeError, KeyError, AttributeError, TypeError, re.error) as error:
        raise WordsError(f"assistant/words/statements.toml cannot be read: {error!r}") from error
