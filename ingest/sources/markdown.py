"""Main content of a page becomes GitHub Markdown: headings, lists and tables stay whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bs4 import NavigableString, Tag
from markdownify import MarkdownConverter

from ingest.errors import BadAddress
from ingest.sources.address import canonical
from ingest.sources.dom import HEADINGS, above, first, text_of
from ingest.sources.prune import is_callout
from ingest.sources.tables import flatten_tables
from ingest.sources.text import clean

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from ingest.sources.rules import Rules

_BLANK_LINES = re.compile(r"\n(?:[ \t\u00a0]*\n){2,}")
_BLANK_LINE = re.compile(r"^[ \t\u00a0]+$", re.MULTILINE)


class _Converter(MarkdownConverter):
    """markdownify, but a line break is a line break."""

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return " " if "_inline" in parent_tags else "\n"


_OPTIONS: dict[str, Any] = {
    "heading_style": "atx",
    "bullets": "-",
    "autolinks": False,
    "escape_asterisks": False,
    "escape_underscores": False,
    "escape_misc": False,
}
"""Nothing is escaped: what is stored must be what the page says. Whoever shows it must treat it as text."""


def to_markdown(main: Tag, soup: BeautifulSoup, url: str, rules: Rules) -> str:
    """Markdown of `main`, which was pruned before and is changed on the way.

    `soup` is the tree that `main` is in, `url` what its relative links refer to.
    """
    _links(main, url)
    for details in main.find_all("details"):
        _open_details(details, main)
    for tag in main.find_all(True):
        if not tag.decomposed and is_callout(tag, rules):
            _mark_callout(tag, soup, rules)
    _definition_lists(main)
    flatten_tables(main, soup)
    _plain_headings(main)
    converted = clean(_Converter(**_OPTIONS).convert_soup(main))
    return _BLANK_LINES.sub("\n\n", _BLANK_LINE.sub("", converted)).strip("\n")


def _links(main: Tag, url: str) -> None:
    for link in main.find_all("a"):
        href = str(link.get("href") or "").strip()
        try:
            absolute = canonical(href, base=url) if href and not href.startswith("#") else None
        except BadAddress:
            absolute = None
        if absolute is None or text_of(link) in (href, absolute):
            if href.startswith("mailto:") and "@" not in link.get_text():
                link.append(f" ({href.removeprefix('mailto:').partition('?')[0]})")
            link.unwrap()
        else:
            link.attrs = {"href": absolute}


def _open_details(details: Tag, main: Tag) -> None:
    """A fold becomes a section: its summary a heading one level below that under which it stands."""
    level = min(_level_at(details, main) + 1, 6)
    summary = first(details, "summary")
    inner = [each for each in details.find_all(HEADINGS) if summary is None or summary not in above(each)]
    if inner:
        shift = level + 1 - min(int(heading.name[1]) for heading in inner)
        for heading in inner:
            heading.name = f"h{min(int(heading.name[1]) + max(shift, 0), 6)}"
    if summary is not None:
        summary.name = f"h{level}"
        # Folds that follow must not come to stand one below the other.
        summary["data-fold"] = ""
    details.name = "div"
    details["data-fold"] = ""


def _level_at(details: Tag, main: Tag) -> int:
    around = next((parent for parent in above(details) if parent.has_attr("data-fold")), None)
    if around is not None and (title := first(around, HEADINGS)) is not None:
        return int(title.name[1])
    for heading in details.find_all_previous(HEADINGS):
        if not isinstance(heading, Tag):
            continue
        parents = above(heading)
        if main in parents and not any(parent.has_attr("data-fold") for parent in parents):
            return int(heading.name[1])
    return 1


def _mark_callout(tag: Tag, soup: BeautifulSoup, rules: Rules) -> None:
    """A box becomes a paragraph that begins with its label in bold."""
    if tag.find_parent("td") or tag.find_parent(attrs={"data-callout": True}) or not text_of(tag):
        return
    title = first(tag, HEADINGS)
    label = rules.callout_label
    if title is not None:
        label = text_of(title).rstrip(":") or label
        title.decompose()
    tag.name = "div" if tag.name != "p" else "p"
    tag["data-callout"] = ""
    lead = tag if tag.name == "p" else first(tag, "p")
    if lead is None or not text_of(tag).startswith(text_of(lead)):
        lead = _lead(tag, soup)
    own = re.match(rf"({'|'.join(rules.callout_own_labels)})\b\s*:?", text_of(lead), re.IGNORECASE)
    if title is None and own and (own[0].endswith(":") or first(lead, ("strong", "b"))):
        return
    mark = soup.new_tag("strong")
    mark.string = f"{label}:"
    lead.insert(0, mark)
    lead.insert(1, " ")


def _lead(tag: Tag, soup: BeautifulSoup) -> Tag:
    """A paragraph of what stands in `tag` before its first block."""
    lead = soup.new_tag("p")
    blocks = ("p", "ul", "ol", "table", "div", "section", "dl", "blockquote", "address", *HEADINGS)
    for child in list(tag.children):
        if isinstance(child, Tag) and child.name in blocks:
            break
        lead.append(child.extract())
    tag.insert(0, lead)
    return lead


def _definition_lists(main: Tag) -> None:
    """Terms and what they mean become list items, so that each can be quoted with its term."""
    for terms in main.find_all("dl"):
        item: Tag | None = None
        for child in terms.find_all(("dt", "dd")):
            if child.find_parent("dl") is not terms:
                continue
            if child.name == "dt":
                child.name = "li"
                if not text_of(child).endswith(":"):
                    child.append(":")
                item = child
            elif item is not None:
                child.name = "span"
                item.append(" ")
                item.append(child.extract())
        for group in terms.find_all("div", recursive=False):
            group.unwrap()
        terms.name = "ul"


def _plain_headings(main: Tag) -> None:
    """Headings are names of sections: their words only. Their white space includes line breaks."""
    for heading in main.find_all(HEADINGS):
        text = text_of(heading)
        if text:
            heading.clear()
            heading.append(NavigableString(text))
        else:
            heading.decompose()
