"""Questions that are asked of elements of a parsed page."""

from __future__ import annotations

from bs4 import Tag

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def first(tag: Tag, names: str | tuple[str, ...]) -> Tag | None:
    """The first element inside `tag` of one of these names."""
    found = tag.find(names)
    return found if isinstance(found, Tag) else None


def above(tag: Tag) -> list[Tag]:
    """The elements around `tag`, innermost first."""
    return [parent for parent in tag.parents if isinstance(parent, Tag)]


def text_of(tag: Tag) -> str:
    """The text of `tag` with each run of white space as one space."""
    return " ".join(tag.get_text(" ").split())


def marks_of(tag: Tag) -> list[str]:
    """The classes and the id of `tag`."""
    classes = tag.get("class") or []
    found = classes.split() if isinstance(classes, str) else [*classes]
    return [*found, *([str(tag["id"])] if tag.get("id") else [])]
