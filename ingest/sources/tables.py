"""Tables are made plain before they become Markdown: one line a cell, no spans, caption above."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

from ingest.sources.dom import HEADINGS, first

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bs4 import BeautifulSoup, Tag

_MOST_COLUMNS = 50
_WHITE_SPACE = re.compile(r"[ \t\n\f\r]+")


def flatten_tables(main: Tag, soup: BeautifulSoup) -> None:
    """Rewrite each table in `main` so that Markdown can say it. Changes `main` in place."""
    for table in reversed(main.find_all("table")):
        if table.get("role") in ("presentation", "none") or table.find("table") is not None:
            _unwrap(table)
            continue
        _lift_caption(table, soup)
        for cell in table.find_all(("td", "th")):
            _one_line(cell)
        _fill_spans(table, soup)


def _unwrap(table: Tag) -> None:
    """A table that only lays out: its cells are paragraphs."""
    for part in table.find_all(("thead", "tbody", "tfoot", "tr", "caption", "td", "th")):
        if part.find_parent("table") is table:
            part.name = "div"
    table.name = "div"


def _lift_caption(table: Tag, soup: BeautifulSoup) -> None:
    caption = first(table, "caption")
    if caption is not None:
        words = " ".join(caption.get_text(" ").split())
        caption.decompose()
        if words:
            paragraph = soup.new_tag("p")
            paragraph.string = words
            table.insert_before(paragraph)


def _one_line(cell: Tag) -> None:
    for item in cell.find_all("li"):
        if item.find_next_sibling("li") is not None:
            item.append(";")
    for inner in cell.find_all(("li", "p", "div", "ul", "ol", "br", "pre", *HEADINGS)):
        inner.insert_before(" ")
        inner.insert_after(" ")
        if inner.name == "br":
            inner.decompose()
        else:
            inner.unwrap()
    cell.smooth()
    for text in cell.find_all(string=True):
        text.replace_with(_WHITE_SPACE.sub(" ", str(text)).replace("|", "\\|"))


def _fill_spans(table: Tag, soup: BeautifulSoup) -> None:
    """Say a cell that spans several rows or columns in each, so that every row stands alone."""
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    grid = _grid(rows)
    width = max((column + 1 for _, column in grid), default=0)
    headed = bool(rows) and rows[0].find_parent("thead") is not None
    table.clear()
    for number in range(len(rows)):
        cells = [grid.get((number, column)) for column in range(width)]
        fresh = soup.new_tag("tr")
        for cell in _copies(cells, soup):
            if headed and number == 0:
                cell.name = "th"
            fresh.append(cell)
        if "".join(fresh.get_text().split()):
            table.append(fresh)


def _grid(rows: list[Tag]) -> dict[tuple[int, int], Tag]:
    grid: dict[tuple[int, int], Tag] = {}
    for number, row in enumerate(rows):
        column = 0
        for cell in row.find_all(("td", "th"), recursive=False):
            while (number, column) in grid:
                column += 1
            wide, high = _span(cell, "colspan", _MOST_COLUMNS), _span(cell, "rowspan", len(rows) - number)
            for down in range(high):
                for across in range(wide):
                    grid.setdefault((number + down, column + across), cell)
            column += wide
    return grid


def _copies(cells: list[Tag | None], soup: BeautifulSoup) -> Iterator[Tag]:
    """A row's cells; one that is the whole row is said once."""
    alone = len({id(cell) for cell in cells}) == 1
    for column, cell in enumerate(cells):
        fresh = soup.new_tag("td") if cell is None or (alone and column) else copy.copy(cell)
        fresh.attrs = {}
        yield fresh


def _span(cell: Tag, name: str, most: int) -> int:
    stated = str(cell.get(name) or "1")
    if not stated.isascii() or not stated.isdigit():
        return 1
    # `rowspan="0"` reaches to the end of the table (HTML Standard, section 4.9.11).
    return most if name == "rowspan" and int(stated[:6]) == 0 else min(max(int(stated[:6]), 1), most)
