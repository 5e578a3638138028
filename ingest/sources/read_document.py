"""What a document is read as: title, Markdown and what it says of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PAGES = 400
"""Pages of a document that are read; longer ones are books."""

_PLAIN = re.compile(
    r"^(?:untitled|microsoft word|document\d*|slide|layout)\b|\.(?:docx?|pdf|indd)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text as Markdown; a page of it is a section `## Page 3`, so that quotes name it."""

    text: str
    title: str | None = None
    modified: date | None = None
    language: str | None = None


def useful_title(stated: object) -> str | None:
    """The title that a document states, unless its program made it up."""
    title = " ".join(str(stated or "").split())
    return None if not title or _PLAIN.search(title) else title


def markdown_table(rows: Sequence[Sequence[str | None]]) -> str:
    """A table whose first row names its columns; empty for one of fewer than two rows or columns."""
    plain = [[" ".join((cell or "").replace("|", "\\|").split()) for cell in row] for row in rows]
    filled = [row for row in plain if any(row)]
    if len(filled) < 2 or len(filled[0]) < 2:
        return ""
    lines = [filled[0], ["---"] * len(filled[0]), *filled[1:]]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)
