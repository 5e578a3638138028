"""What changed between two texts, word by word, as a reader is shown it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORD = re.compile(r"\s+|[^\s]+")


class Kept(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words and what became of them."""

    kept: Kept
    text: str


def word_changes(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in order; without what was added they give `before`, and vice versa."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces: list[Piece] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Kept.SAME, "".join(old[start:end])))
            continue
        if end > start:
            pieces.append(Piece(Kept.REMOVED, "".join(old[start:end])))
        if new_end > new_start:
            pieces.append(Piece(Kept.ADDED, "".join(new[new_start:new_end])))
    return pieces
