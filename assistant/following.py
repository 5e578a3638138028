"""What follows an answer: whom the page says to contact, and what else the pages answer.

Nothing here is written: contacts are the page's own units with their citations, and a suggested question
is made of a page's title and one of its headings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.cite import cite, cited_pages
from assistant.model import Choice
from assistant.words import headings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.model import Retrieved, Sentence
    from ingest import Snapshot, StoredPage

SUGGESTED = 3
"""Suggested questions of an answer."""

CONTACT_UNITS = 8
"""Sentences and items of a page's contact section that an answer carries."""


def contact(
    retrieved: Retrieved | None, sentences: Sequence[Sentence], *, named: bool = False
) -> tuple[Sentence, ...]:
    """The contact section of the page that answers; with `named`, of the best page even uncited."""
    pages = [] if retrieved is None else list(_cited(retrieved, sentences))
    if not pages and named and retrieved is not None:
        pages = [each.page for each in retrieved.pages[:1]]
    for page in pages:
        found = tuple(contact_units(page, retrieved.snapshot)) if retrieved else ()
        if found:
            return found[:CONTACT_UNITS]
    return ()


def next_questions(retrieved: Retrieved | None, sentences: Sequence[Sentence]) -> tuple[Choice, ...]:
    """Headings of the cited pages under which nothing was shown, in the pages' order."""
    if retrieved is None or not sentences:
        return ()
    shown = {(each.citations[0].page_id, each.heading) for each in sentences if each.citations}
    choices = [
        Choice(heading, f"{page.page.title}: {heading}", page.id, page.page.title, page.page.language)
        for page in _cited(retrieved, sentences)
        for heading in _headings(page, retrieved)
        if (page.id, heading) not in shown
    ]
    return tuple(choices[:SUGGESTED])


def _cited(retrieved: Retrieved, sentences: Sequence[Sentence]) -> Iterator[StoredPage]:
    found = (retrieved.snapshot.page(page_id) for page_id in cited_pages(sentences))
    return (page for page in found if page is not None)


def _headings(page: StoredPage, retrieved: Retrieved) -> list[str]:
    """The page's headings that have words of their own, without that of its contacts."""
    paths = (block.heading_path for block in retrieved.snapshot.blocks(page) if block.units)
    names = dict.fromkeys(path[-1] for path in paths if path)
    return [name for name in names if not headings()["contact"].search(name)]


def contact_units(page: StoredPage, snapshot: Snapshot) -> Iterator[Sentence]:
    """What stands in the page's contact section."""
    for block in snapshot.blocks(page):
        if block.heading_path and headings()["contact"].search(block.heading_path[-1]):
            yield from (cite(page, block, unit) for unit in block.units)
