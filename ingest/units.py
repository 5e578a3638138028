"""A page's units as they are searched: each with its words and with what surrounds it.

A list item means little without the sentence that leads into its list, and a table row without its
column names, so both stand with the unit where it is embedded and searched. What is quoted stays the
unit's own span.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.model import Page, Passage
from ingest.structure import Block, BlockKind, Unit, blocks, cells, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class PageUnit:
    """A unit, the position of its block on the page, and its words.

    `search_text` is what is embedded and searched: title and headings, then lead-in and words.
    """

    block: int
    unit: Unit
    text: str
    search_text: str


@dataclass(frozen=True, slots=True)
class Outline:
    """A page's blocks and all their units, both in the page's order."""

    blocks: tuple[Block, ...]
    units: tuple[PageUnit, ...]


def outline(page: Page) -> Outline:
    """Parse `page` into blocks and units."""
    found = blocks(page.text)
    return Outline(found, tuple(_units(page, found)))


def lead_in(text: str, page_blocks: Sequence[Block], at: int) -> Unit | None:
    """The sentence that ends the block before the list at `at`, where both stand under one heading."""
    if at == 0 or page_blocks[at].kind is not BlockKind.LIST:
        return None
    before = page_blocks[at - 1]
    if before.heading_path != page_blocks[at].heading_path or before.kind is not BlockKind.PARAGRAPH:
        return None
    return before.units[-1] if text[: before.units[-1].end].endswith((":", ".")) else None


def _units(page: Page, page_blocks: Sequence[Block]) -> Iterator[PageUnit]:
    for at, block in enumerate(page_blocks):
        lead = lead_in(page.text, page_blocks, at)
        leading = plain(page.text[lead.start : lead.end]) + " " if lead else ""
        for unit in block.units:
            words = _words(page.text, unit)
            searched = Passage.searchable(page.title, block.heading_path, leading + words)
            yield PageUnit(at, unit, words, searched)


def _words(text: str, unit: Unit) -> str:
    quote = text[unit.start : unit.end]
    if unit.header is None:
        return plain(quote)
    columns = cells(text[slice(*unit.header)])
    return ", ".join(
        f"{column}: {cell}" if column else cell
        for column, cell in zip(columns, cells(quote), strict=False)
        if cell
    )
