"""Word documents as Markdown: headings, lists, tables; not pages, which Word makes when it prints."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

from ingest.errors import NotAPage
from ingest.sources.read_document import Document, markdown_table, useful_title

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_UNPACKED = 200_000_000
"""Bytes that a document may unfold to: a small file can hold a huge one."""

_HEADING = re.compile(r"^heading (\d)$", re.IGNORECASE)


def read_word(body: bytes) -> Document:
    """Raises NotAPage for a file that is no Word document, or unfolds to too much."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
                raise NotAPage(f"it unfolds to more than {MOST_UNPACKED // 1_000_000} MB")
        document = docx.Document(io.BytesIO(body))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError) as error:
        raise NotAPage("it is not a Word document, or it is damaged") from error
    stated = document.core_properties
    blocks = list(_blocks(document))
    title = useful_title(stated.title) or _title(document)
    language = (stated.language or "").partition("-")[0].strip().lower()
    return Document(
        text=_joined(blocks),
        title=title,
        modified=stated.modified.date() if stated.modified else None,
        language=language if language.isalpha() and language.isascii() else None,
    )


def _blocks(document: Any) -> Iterator[str]:
    from docx.table import Table

    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield markdown_table([[cell.text for cell in row.cells] for row in part.rows])
        elif text := " ".join(part.text.split()):
            yield _mark(part.style.name if part.style else "") + text


def _mark(style: str) -> str:
    if style == "Title":
        return "# "
    if found := _HEADING.match(style):
        return "#" * min(int(found[1]) + 1, 6) + " "
    if style.startswith("List Bullet"):
        return "- "
    return "1. " if style.startswith("List Number") else ""


def _title(document: Any) -> str | None:
    for part in document.paragraphs:
        if part.style is not None and part.style.name in ("Title", "Heading 1") and part.text.strip():
            return " ".join(part.text.split())
    return None


def _joined(blocks: list[str]) -> str:
    """Items of a list stand together, anything else apart; the title is said elsewhere."""
    text = ""
    for block in blocks:
        if not block or block.startswith("# "):
            continue
        together = block[:2] in ("- ", "1.") and text.rpartition("\n")[2][:2] == block[:2]
        text += block if not text else ("\n" if together else "\n\n") + block
    return text
