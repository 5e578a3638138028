"""What a language model says, read as it comes: one JSON object a sentence, a last one for the end."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ingest import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_LINE = 8_000
"""Characters; a line without end is not an answer."""

_DECODER = json.JSONDecoder()
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z!][^<>]*>", re.S)
_BLOCK_MARK = re.compile(r"^\s*(?:(?:[#>*+|-]+|\d{1,2}[.)])\s+)+")
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0") | {
    chr(code) for code in range(0xFE00, 0xFE10)
}
"""What shows nothing although Unicode does not class it as a format character."""


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence in the model's words, with the identifiers of the passages that it names."""

    text: str
    passages: tuple[str, ...]


class Mark(Enum):
    """A line that is no sentence."""

    DONE = "done"
    UNUSABLE = "unusable"


Line = Said | Mark


class LineReader:
    """Pieces of text in, lines out as soon as each is complete. For one stream."""

    def __init__(self) -> None:
        self._pending = ""

    def feed(self, piece: str) -> Iterator[Line]:
        """What the piece completes; a line whose JSON is whole does not wait for its line break."""
        *whole, self._pending = (self._pending + piece).split("\n")
        for line in whole:
            yield from _read(line)
        early = list(_read(self._pending)) if self._pending.rstrip().endswith("}") else []
        if Mark.UNUSABLE not in early:
            self._pending = "" if early else self._pending
            yield from early
        if len(self._pending) > LONGEST_LINE:
            self._pending = ""
            yield Mark.UNUSABLE

    def finish(self) -> Iterator[Line]:
        """What stands in the last line; the stream is over."""
        rest, self._pending = self._pending, ""
        yield from _read(rest)


def _read(line: str) -> Iterator[Line]:
    """The objects of a line. Code fences and the brackets of a list around the lines are let pass."""
    line = line.strip().lstrip(",[ ").rstrip("], ")
    if not line or line.startswith("```"):
        return
    at = 0
    while at < len(line):
        try:
            value, at = _DECODER.raw_decode(line, at)
        except (json.JSONDecodeError, RecursionError):
            yield Mark.UNUSABLE
            return
        yield _line(value)
        while at < len(line) and line[at] in ", \t":
            at += 1


def _line(value: object) -> Line:
    match value:
        case {"done": True}:
            return Mark.DONE
        case {"text": str(text), "passages": [str(), *_] as names}:
            return Said(text, tuple(dict.fromkeys(str(name) for name in names)))
        case _:
            return Mark.UNUSABLE


def visible(text: str) -> str:
    """Without characters that do not show (zero-width, direction, tags, controls); white space as spaces."""
    return "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", text) if _shows(c))


def _shows(character: str) -> bool:
    hidden = unicodedata.category(character).startswith("C") or character in _INVISIBLE
    return character.isspace() or not hidden


def plain_sentence(text: str) -> str:
    """The words of a sentence without Markdown, HTML and invisible characters."""
    words = _TAG.sub("", _BLOCK_MARK.sub("", _TAG.sub("", visible(text))))
    # Entities are decoded on the way, so that markup may appear only now.
    return tidy(_TAG.sub("", visible(plain(words))))


def tidy(text: str) -> str:
    """Single spaces, none before punctuation, and no brackets that something taken out has left empty."""
    text = re.sub(r"\(\s*\)|\[\s*\]", "", text)
    return re.sub(r"\s+(?=[.,;:!?](?:\s|$))", "", re.sub(r"\s+", " ", text)).strip()
