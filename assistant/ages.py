"""Whose age a question gives, and whether a sentence or a row of a page is for that age."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import WordsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ingest import Snapshot

    Patterns = Mapping[str, Sequence[re.Pattern[str]]]

OLDEST = 130


@dataclass(frozen=True, slots=True)
class Span:
    """Ages in years for which something holds, both ends included."""

    least: int
    most: int


def said_in(question: str) -> tuple[int, ...]:
    """The ages that the question gives, in years."""
    return tuple(_found(_patterns()["question"], question))


def span_of(text: str) -> Span | None:
    """The ages that the text says it is for; None where it names none, or no age could meet all it says."""
    patterns = _patterns()
    least = [*_found(patterns["at_least"], text)]
    most = [*_found(patterns["at_most"], text), *(age - 1 for age in _found(patterns["below"], text))]
    if not least and not most:
        return None
    span = Span(max(least, default=0), min(most, default=OLDEST))
    return span if span.least <= span.most else None


def for_ages(question: str, snapshot: Snapshot, position: int) -> NDArray[np.float32]:
    """For each unit of the page, 1 where it is for an age that the question gives, else 0."""
    units = snapshot.outlines[position].units
    ages = said_in(question)
    found = np.zeros(len(units), dtype=np.float32)
    if ages:
        spans = snapshot.once(("ages", position), lambda: [span_of(each.text) for each in units])
        for at, span in enumerate(spans):
            found[at] = span is not None and any(span.least <= age <= span.most for age in ages)
    return found


def _found(patterns: Sequence[re.Pattern[str]], text: str) -> list[int]:
    return [int(match.group(1)) for pattern in patterns for match in pattern.finditer(text)]


@cache
def _patterns() -> Patterns:
    try:
        data = tomllib.loads(files("assistant.words").joinpath("ages.toml").read_text(encoding="utf-8"))
        names = ("question", "at_least", "at_most", "below")
        return {name: [re.compile(each, re.IGNORECASE) for each in data[name]] for name in names}
    except (OSError, tomllib.TOMLDecodeError, KeyError, re.error) as error:
        raise WordsError(f"assistant/words/ages.toml cannot be read: {error}") from error
