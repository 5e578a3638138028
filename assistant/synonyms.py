"""What people say for what pages say: further search keys for a question."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from assistant.errors import WordsError
from ingest import terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    Table = Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]

WEIGHT = 0.5
"""Of a further search key against one of the question's own."""


def further_keys(keys: Sequence[str]) -> tuple[str, ...]:
    """Search keys of what pages say for the words behind `keys`, without those that are there already."""
    table = _table()
    found: dict[str, None] = {}
    for at, key in enumerate(keys):
        for said, meant in table.get(key, ()):
            if tuple(keys[at : at + len(said)]) == said:
                found |= dict.fromkeys(meant)
    return tuple(key for key in found if key not in keys)


@lru_cache(maxsize=4_096)
def meant_by(key: str) -> frozenset[str]:
    """The search key, and those of what pages say for it alone."""
    return frozenset({key, *further_keys([key])})


def met(keys: Sequence[str], present: AbstractSet[str]) -> tuple[str, ...]:
    """Those of `keys` that are in `present`, or for which one of what pages say instead is."""
    return tuple(key for key in keys if not meant_by(key).isdisjoint(present))


def is_said(key: str) -> bool:
    """Whether a synonym begins or goes on with the search key: such a word is spelt as meant."""
    return key in _said()


@cache
def _table() -> Table:
    """By the first search key of what is said: all of its keys, and the keys of what is meant."""
    table: dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {}
    for entry in _entries():
        meant = tuple(terms(str(entry["means"])))
        for phrase in entry["say"]:
            said = tuple(terms(phrase))
            if not said:
                raise WordsError(f"assistant/words/synonyms.toml: {phrase!r} has no word that is searched")
            table[said[0]] = (*table.get(said[0], ()), (said, meant))
    return table


@cache
def _said() -> frozenset[str]:
    return frozenset(key for entries in _table().values() for said, _ in entries for key in said)


def _entries() -> list[dict[str, list[str] | str]]:
    name = "assistant/words/synonyms.toml"
    try:
        data = tomllib.loads(files("assistant.words").joinpath("synonyms.toml").read_text(encoding="utf-8"))
        found = [entry for group in data.values() if isinstance(group, list) for entry in group]
        if any(not entry["say"] or not entry["means"] for entry in found):
            raise WordsError(f"{name}: an entry needs `say` and `means`")
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise WordsError(f"{name} cannot be read: {error}") from error
    return found
