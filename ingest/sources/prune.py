"""What is not content leaves the parsed page: navigation, hidden parts, forms, feedback, page footer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4 import Comment, Tag
from bs4.element import PreformattedString

from ingest.sources.dom import HEADINGS, marks_of, text_of
from ingest.sources.metadata import is_date_line

if TYPE_CHECKING:
    from ingest.sources.rules import Rules

_WORDS = (*HEADINGS, "p", "a", "span", "strong", "legend", "label")
_BLOCKS = (*_WORDS, "div", "section", "ul", "ol", "li", "form")
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def prune(main: Tag, rules: Rules) -> None:
    """Take everything out of `main` that is not its content. Changes `main` in place."""
    for note in main.find_all(string=lambda text: isinstance(text, Comment | PreformattedString)):
        note.extract()
    _unwrap_heading_buttons(main)
    revealed = _revealed(main)
    whole = len(main.get_text())
    for tag in main.find_all(True):
        if not tag.decomposed and _is_furniture(tag, rules, whole, revealed):
            tag.decompose()
    _drop_forms(main)
    _cut(main, rules)
    _drop_phrases(main, rules)
    _drop_contents_lists(main, rules)


def is_callout(tag: Tag, rules: Rules) -> bool:
    """Whether `tag` is a box that sets a remark apart."""
    return tag.name in ("div", "aside", "section", "p", "blockquote") and any(
        rules.callout_classes.fullmatch(name) for name in marks_of(tag)
    )


def _revealed(main: Tag) -> frozenset[str]:
    """Ids of what a reader can unfold: it is content although it is hidden at first."""
    return frozenset(
        name
        for tag in main.find_all(attrs={"aria-controls": True})
        for name in str(tag["aria-controls"]).split()
    )


def _is_furniture(tag: Tag, rules: Rules, whole: int, revealed: frozenset[str]) -> bool:
    if tag.name in rules.drop_elements or tag.get("role") in rules.drop_roles:
        return True
    if _is_hidden(tag, rules) and tag.get("id") not in revealed:
        return True
    if tag.name == "aside" and not is_callout(tag, rules):
        return True
    # A class may be named by mistake on the element that holds the page: never drop most of the text.
    named = any(rules.drop_classes.fullmatch(name) for name in marks_of(tag))
    return named and len(tag.get_text()) * 2 < whole


def _is_hidden(tag: Tag, rules: Rules) -> bool:
    if tag.has_attr("hidden") and tag["hidden"] != "until-found":
        return True
    if tag.get("aria-hidden") == "true" or _INVISIBLE.search(str(tag.get("style") or "")):
        return True
    return any(rules.hidden_classes.fullmatch(name) for name in marks_of(tag))


def _unwrap_heading_buttons(main: Tag) -> None:
    """Accordions put their headings into buttons; all other buttons only do something."""
    for button in main.find_all("button"):
        if button.find_parent(HEADINGS):
            # What the button unfolds must still be known when hidden parts are dropped.
            button.name = "span"
        else:
            button.decompose()


def _drop_forms(main: Tag) -> None:
    """A form with headings holds the whole page on some sites; any other only asks something."""
    for form in main.find_all("form"):
        if form.decomposed:
            continue
        if form.find(("h1", "h2", "main", "article")):
            form.unwrap()
        else:
            form.decompose()


def _cut(main: Tag, rules: Rules) -> None:
    for tag in main.find_all(_BLOCKS):
        if text_of(tag).casefold().startswith(rules.cut_from):
            for rest in [tag, *tag.find_all_next()]:
                if not rest.decomposed and main in rest.parents:
                    rest.decompose()
            return


def _drop_phrases(main: Tag, rules: Rules) -> None:
    for tag in main.find_all(_BLOCKS):
        if tag.decomposed:
            continue
        text = text_of(tag)
        if tag.name in _WORDS and text.casefold().startswith(rules.drop_blocks):
            _outermost(tag, main, rules).decompose()
        elif is_date_line(text, rules):
            tag.decompose()


def _outermost(tag: Tag, main: Tag, rules: Rules) -> Tag:
    """The largest element around `tag` that begins with it and holds no heading beside it."""
    outer = tag
    while (parent := outer.parent) is not None and parent is not main:
        others = [heading for heading in parent.find_all(HEADINGS) if heading is not tag]
        if others or not text_of(parent).casefold().startswith(rules.drop_blocks):
            break
        outer = parent
    return outer


def _drop_contents_lists(main: Tag, rules: Rules) -> None:
    for items in main.find_all(("ul", "ol")):
        if items.decomposed or not _only_jumps(items):
            continue
        title = items.find_previous((*HEADINGS, "p"))
        if title is not None and main in title.parents and text_of(title).casefold() in rules.contents_titles:
            title.decompose()
        items.decompose()


def _only_jumps(items: Tag) -> bool:
    links = items.find_all("a")
    jumps = [link for link in links if str(link.get("href") or "").startswith("#")]
    return (
        bool(links)
        and links == jumps
        and "".join(map(text_of, links))
        == "".join("".join(text_of(item)) for item in items.find_all("li", recursive=False))
    )
