"""PDF as Markdown: each page a section, its tables as tables, its lines joined to paragraphs."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from ingest.errors import NotAPage
from ingest.sources.read_document import MOST_PAGES, Document, markdown_table, useful_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_BULLET = re.compile(r"^[\u2022\u25cf\u25aa\u2013\u00b7\uf0b7\u25e6*-]\s+")
_PAGE_NUMBER = re.compile(r"(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
_STEP = re.compile(r"^\d{1,2}[.)]\s")
_ENDS = (".", "!", "?", ":", ";")
_PARAGRAPH_GAP = 1.6
"""Distance between two lines, in heights of a line, from which they are two paragraphs."""


def read_pdf(body: bytes) -> Document:
    """Raises NotAPage for a PDF that is damaged, locked or too long."""
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(io.BytesIO(body)) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                raise NotAPage(f"it has more than {MOST_PAGES} pages")
            pages = [_page(page) for page in pdf.pages]
            stated = pdf.metadata or {}
            language = pdf.doc.catalog.get("Lang")
    except PdfminerException as error:
        raise NotAPage(f"it is damaged or locked ({type(error.__cause__ or error).__name__})") from error
    repeated = _repeated([lines for lines, _ in pages])
    sections = [
        f"## Page {number}\n\n{text}"
        for number, (lines, tables) in enumerate(pages, 1)
        if (text := _text([line for line in lines if line[0] not in repeated], tables))
    ]
    return Document(
        "\n\n".join(sections), useful_title(stated.get("Title")), _modified(stated), _language(language)
    )


Line = tuple[str, float, float]
"""A line's words, its top and its height, in points from the top of the page."""


def _page(page: Any) -> tuple[list[Line], list[tuple[float, str]]]:
    """Lines outside tables, and tables as Markdown with their top."""
    tables = [(found, markdown_table(found.extract())) for found in page.find_tables()]
    boxes = [found.bbox for found, text in tables if text]

    def outside(thing: dict[str, Any]) -> bool:
        middle, centre = (thing["top"] + thing["bottom"]) / 2, (thing["x0"] + thing["x1"]) / 2
        return not any(x0 <= centre <= x1 and top <= middle <= bottom for x0, top, x1, bottom in boxes)

    rest = page.filter(lambda thing: thing["object_type"] != "char" or outside(thing))
    lines = [
        (" ".join(line["text"].split()), line["top"], line["bottom"] - line["top"])
        for line in rest.extract_text_lines(return_chars=False)
    ]
    return lines, [(found.bbox[1], text) for found, text in tables if text]


def _repeated(pages: Sequence[Sequence[Line]]) -> set[str]:
    """First and last lines that stand on most pages: running heads, and page numbers on each."""
    edges = Counter(line[0] for lines in pages for line in {*lines[:1], *lines[-1:]})
    often = {text for text, count in edges.items() if count > 2 and count > len(pages) / 2}
    return often | {
        text
        for text in edges
        if re.fullmatch(r"(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?", text, re.IGNORECASE)
    }


def _text(lines: Sequence[Line], tables: Sequence[tuple[float, str]]) -> str:
    """Paragraphs and tables of a page, from top to bottom."""
    blocks = [*_paragraphs(lines), *tables]
    return "\n\n".join(text for _, text in sorted(blocks, key=lambda block: block[0]))


def _paragraphs(lines: Sequence[Line]) -> Iterator[tuple[float, str]]:
    at, said, last = 0.0, "", None
    for text, top, height in lines:
        bullet = _BULLET.match(text)
        shown = f"- {text[bullet.end() :]}" if bullet else text
        gap = last is not None and top - last > _PARAGRAPH_GAP * height
        if said and (gap or bullet or _STEP.match(text)):
            yield at, said
            said = ""
        at = at if said else top
        said = _joined(said, shown)
        last = top
    if said:
        yield at, said


def _joined(before: str, line: str) -> str:
    """A word that the end of a line has cut in two is one again."""
    if before.endswith("-") and not before.endswith(" -") and line[:1].islower():
        return before[:-1] + line
    return f"{before} {line}".strip()


def _modified(stated: dict[str, Any]) -> date | None:
    found = _DATE.search(str(stated.get("ModDate") or stated.get("CreationDate") or ""))
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _language(stated: object) -> str | None:
    text = stated.decode("latin-1", "ignore") if isinstance(stated, bytes) else str(stated or "")
    found = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", text)
    return found[0].lower() if found else None
