"""An HTML page becomes a `Page`: its main content as Markdown, and what it says about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, Tag
from bs4.exceptions import ParserRejectedMarkup

from ingest.errors import NotAPage, Withdrawn
from ingest.model import Page
from ingest.sources import metadata
from ingest.sources.address import canonical
from ingest.sources.content import content_element
from ingest.sources.decode import decode
from ingest.sources.dom import first, text_of
from ingest.sources.markdown import to_markdown
from ingest.sources.prune import prune
from ingest.sources.rules import rules
from ingest.sources.text import clean, one_line, title_of, without_title

if TYPE_CHECKING:
    from ingest.sources.rules import Rules

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_FIRST_BLOCKS = 4
_SNIFF = 1024
_DEEPEST = 200
"""Pages are some 30 deep; time taken grows with the square, and recursion has an end."""


def extract(html: bytes, *, url: str, content_type: str | None = None) -> Page:
    """The page that the bytes of an HTML document hold.

    `url` is where they were read: relative links are resolved against it. Text in `main`, `article`
    or `[role=main]` is the content; without such an element it is where trafilatura finds it.
    Raises NotAPage for what is not HTML or has no content, Withdrawn where the page says that it is
    withdrawn or not to be indexed, BadAddress for a `url` that is not a web address.
    """
    own = canonical(url)
    soup = parse(html, content_type)
    known = rules()
    if metadata.is_noindex(soup):
        raise Withdrawn("the page asks not to be indexed (noindex)")
    main = _main(soup)
    language = metadata.language(soup, main)
    address = metadata.address(soup, own)
    updated, agency = metadata.last_updated(soup, known), metadata.agency(soup, known)
    try:
        title, text = _content(soup, main, own, known)
    except RecursionError as error:
        raise NotAPage("its elements are nested too deeply") from error
    return Page(
        url=address, title=title, text=text, language=language, agency=agency,
        topic=metadata.topic(address), last_updated=updated,
    )  # fmt: skip


def parse(html: bytes, content_type: str | None = None) -> BeautifulSoup:
    """The document tree; raises NotAPage for bytes that are not HTML."""
    stated = (content_type or "").partition(";")[0].strip().lower()
    if stated and stated not in HTML_TYPES:
        raise NotAPage(f"it is {stated}, not HTML")
    text = clean(decode(html, content_type))
    start = text.lstrip()[:_SNIFF]
    alien = start.startswith(("%PDF", "{", "<?xml")) and "<html" not in start.lower()
    if "<" not in start or alien:
        raise NotAPage("it is not HTML" if start else "it is empty")
    try:
        soup = BeautifulSoup(text, "lxml")
    except (ParserRejectedMarkup, RecursionError) as error:
        raise NotAPage("its HTML cannot be read") from error
    if _depth(soup) > _DEEPEST:
        raise NotAPage("its elements are nested too deeply")
    return soup


def _depth(soup: BeautifulSoup) -> int:
    depths = {id(soup): 0}
    for tag in soup.find_all(True):
        depths[id(tag)] = depths[id(tag.parent)] + 1
    return max(depths.values())


def stated_address(html: bytes) -> str | None:
    """The canonical address that a saved page gives of itself, if it does; raises NotAPage."""
    return metadata.declared_address(parse(html), None)


def _main(soup: BeautifulSoup) -> Tag | None:
    """The element that holds the content: the longest <main>, else the only <article>."""
    mains = soup.select("main, [role=main]")
    if mains:
        return max(mains, key=lambda tag: len(tag.get_text()))
    articles = [tag for tag in soup.find_all("article") if tag.find_parent("article") is None]
    return articles[0] if len(articles) == 1 else None


def _content(soup: BeautifulSoup, main: Tag | None, url: str, known: Rules) -> tuple[str, str]:
    """Title and Markdown. Takes `soup` apart."""
    around = main or soup.body or soup
    heading = first(around, "h1") or first(soup, "h1")
    title = metadata.title(soup, heading)
    prune(around, known)
    _refuse_withdrawn(around, known)
    if main is None:
        around = content_element(around, url)
    if heading is not None and not heading.decomposed:
        heading.decompose()
    for other in around.find_all("h1"):
        other.name = "h2"
    text, title = without_title(to_markdown(around, soup, url, known), title)
    if not text.strip():
        raise NotAPage("its main content is empty")
    title = title or title_of(text)
    if not title:
        raise NotAPage("it has neither title nor words")
    return title, text


def _refuse_withdrawn(main: Tag, known: Rules) -> None:
    blocks = [text_of(tag) for tag in main.find_all(("h1", "h2", "p", "strong"), limit=_FIRST_BLOCKS)]
    for text in (text_of(main), *blocks):
        if text.casefold().startswith(known.withdrawn):
            raise Withdrawn(f"the page says: {one_line(text)[:100]}")
