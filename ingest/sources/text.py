"""Text as it is kept: as its source has it, but for line ends, spaces at the ends of lines and NUL."""

from __future__ import annotations

import re

_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
"""NUL, and halves of surrogate pairs, which no encoding can hold."""

_HEADING = re.compile(r"^#{1,6}[ \t]+(?P<title>.+?)[ \t#]*$", re.MULTILINE)
_FIRST_H1 = re.compile(r"\A#[ \t]+(?P<title>.+?)[ \t#]*(?:\n+|\Z)")
_MARKUP = re.compile(r"^[ \t]*(?:[-*+>]|\d+[.)]|#{1,6})[ \t]+|[*_`|]+")
_TITLE_WORDS = 8


def clean(text: str) -> str:
    """`text` with line feeds only, no spaces or tabs at line ends, no NUL, no empty lines around it."""
    text = _NOT_TEXT.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip(" \t") for line in text.split("\n")).strip("\n")


def one_line(text: str) -> str:
    """`text` with each run of white space as one space, as titles are kept."""
    return " ".join(_NOT_TEXT.sub("", text).split())


def without_title(text: str, title: str | None) -> tuple[str, str | None]:
    """Take the heading of level 1 off the top of Markdown where it is the title, or where there is none.

    Gives the text and the title, which is None where neither names one.
    """
    first = _FIRST_H1.match(text)
    if first is None or (title and one_line(first["title"]).casefold() != title.casefold()):
        return text, title
    return text[first.end() :].lstrip("\n"), title or one_line(first["title"])


def title_of(text: str) -> str | None:
    """A title for Markdown that has none: its first heading, else its first words; None for no words."""
    if heading := _HEADING.search(text):
        return one_line(heading["title"])
    line = next((line for line in text.split("\n") if line.strip()), "")
    words = _MARKUP.sub(" ", line).split()
    return " ".join(words[:_TITLE_WORDS]) + ("…" if len(words) > _TITLE_WORDS else "") if words else None
