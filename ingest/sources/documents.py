"""PDF and Word documents become pages, in a process of their own that can be stopped.

A document comes from somewhere else and its format is intricate: reading one may take for ever or all
memory. So it is read in a worker process, which is ended when it takes too long.
"""

from __future__ import annotations

import subprocess
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import anyio
from anyio import BrokenWorkerProcess, to_process

from ingest.errors import NotAPage
from ingest.model import Page
from ingest.sources.pdf import read_pdf
from ingest.sources.read_document import Document
from ingest.sources.word import read_word

if TYPE_CHECKING:
    from collections.abc import Callable

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCUMENT_TYPES = (PDF, WORD)
DOCUMENT_ENDINGS = (".pdf", ".docx")
SECONDS = 60.0
"""How long one document may take to read."""


def is_document_address(url: str) -> bool:
    """Whether an address looks like that of a document that can be read."""
    return urlsplit(url).path.lower().endswith(DOCUMENT_ENDINGS)


async def document_page(body: bytes, url: str, *, seconds: float = SECONDS) -> Page:
    """The document's text as a page; raises NotAPage, which says why, for one that cannot be read."""
    read = _reader(body)
    try:
        with anyio.fail_after(seconds):
            found = await to_process.run_sync(read, body, cancellable=True)
    except TimeoutError as error:
        raise NotAPage(f"it took longer than {seconds:g} seconds to read") from error
    except (BrokenWorkerProcess, subprocess.SubprocessError) as error:
        raise NotAPage("it could not be read") from error
    if not found.text.strip():
        raise NotAPage("it has no text: it may be a scan")
    return Page(
        url=url,
        title=found.title or _name(url),
        text=found.text,
        language=found.language or "en",
        last_updated=found.modified,
    )


def _reader(body: bytes) -> Callable[[bytes], Document]:
    if body.startswith(b"%PDF"):
        return read_pdf
    if body.startswith(b"PK\x03\x04"):
        return read_word
    raise NotAPage("it is neither PDF nor Word")


def _name(url: str) -> str:
    """A title for a document without one: its file's name in words."""
    stem = PurePosixPath(unquote(urlsplit(url).path)).stem
    return " ".join(stem.replace("-", " ").replace("_", " ").split()).capitalize() or "Document"
