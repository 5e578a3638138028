"""Where the content of a page stands that has no main element."""

from __future__ import annotations

from bs4 import NavigableString, Tag

from ingest.errors import NotAPage

_SHARE = 0.9
"""Part of the chosen text that an element must hold to be gone into."""


def content_element(body: Tag, url: str) -> Tag:
    """The smallest element of `body` that holds nearly all of what trafilatura takes for the content.

    Its text alone is used, to find the place: its Markdown loses headings and the numbers of steps.
    Raises NotAPage where it finds nothing.
    """
    chosen = _words(_chosen_text(body, url))
    inside = body
    held = _held(body, chosen)
    if not held:
        raise NotAPage("no main content can be told from the rest")
    while True:
        parts = [child for child in inside.children if isinstance(child, Tag)]
        best = max(parts, key=lambda part: _held(part, chosen), default=None)
        if best is None or best.name in ("p", "ul", "ol", "table") or _held(best, chosen) < _SHARE * held:
            return inside
        inside = best


def _chosen_text(body: Tag, url: str) -> str:
    # Imported here because it takes half a second and pages without a main element are few.
    import trafilatura

    try:
        found = trafilatura.extract(str(body), url=url, favor_recall=True, include_comments=False)
    except (ValueError, TypeError, AttributeError, AssertionError, LookupError) as error:
        raise NotAPage("no main content can be told from the rest") from error
    return found or ""


def _held(tag: Tag, chosen: str) -> int:
    """How much of the text of `tag` was chosen, in characters."""
    pieces = [_words(text) for text in tag.find_all(string=True) if isinstance(text, NavigableString)]
    return sum(len(piece) for piece in pieces if piece and piece in chosen)


def _words(text: str) -> str:
    return " ".join(text.split())
