"""Whatever bytes a page or a file is made of, it is read or refused with a reason; nothing else happens."""

from __future__ import annotations

import io
from contextlib import suppress

import docx
from fpdf import FPDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import IngestError
from ingest.sources.decode import decode
from ingest.sources.front_matter import read_markdown
from ingest.sources.html import extract
from ingest.sources.pdf import read_pdf
from ingest.sources.sitemap import read_sitemap
from ingest.sources.word import read_word
from ingest.structure import blocks

few = settings(
    max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)

TAGS = (
    "p",
    "div",
    "table",
    "tr",
    "td",
    "ul",
    "li",
    "h1",
    "h2",
    "main",
    "details",
    "script",
    "a",
    "br",
    "svg",
)
TAG = st.sampled_from(TAGS)
PIECE = st.one_of(
    st.builds("<{}>".format, TAG),
    st.builds("</{}>".format, TAG),
    st.builds('<{} class="{}" href="{}">'.format, TAG, st.text(max_size=8), st.text(max_size=20)),
    st.text(max_size=30),
    st.sampled_from(["<!--", "-->", "<![CDATA[", "&#0;", "&nbsp;", "\x00", "\ufeff", "<p", "</", "\u202e"]),
)
HTML = st.lists(PIECE, max_size=60).map("".join)
BYTES = st.binary(max_size=400)


@few
@given(st.one_of(HTML.map(lambda text: text.encode("utf-8", "replace")), BYTES))
def test_any_html_becomes_a_page_or_a_reason(html):
    """Broken, nested and hostile markup: the page's text holds no script and can be cut into blocks."""
    with suppress(IngestError):
        page = extract(html, url="https://www.govt.nz/a/")
        assert "<script" not in page.text.casefold()
        blocks(page.text)


@few
@given(BYTES, st.sampled_from([None, "text/html; charset=utf-16", "text/html; charset=nonsense", "", ";;;"]))
def test_any_bytes_can_be_decoded(body, content_type):
    """Whatever encoding is stated, wrongly or not at all."""
    with suppress(IngestError):
        decode(body, content_type).encode("utf-8")


@few
@given(st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<?xml version='1.0'?>", b"\x1f\x8b"]), BYTES)
def test_any_document_and_sitemap_is_read_or_refused(head, rest):
    """Files that only begin like a PDF, a Word document, a sitemap or a compressed one."""
    with suppress(IngestError):
        (read_pdf if head.startswith(b"%PDF") else read_word)(head + rest)
    with suppress(IngestError):
        read_sitemap(head + rest, most=1_000)


def documents() -> dict[bool, bytes]:
    """A PDF (True) and a Word document, whole."""
    paper, held = FPDF(), io.BytesIO()
    paper.add_page()
    paper.set_font("helvetica", size=12)
    paper.multi_cell(0, 8, "You can renew your passport online. A standard passport costs $247.")
    letter = docx.Document()
    letter.add_heading("Cost", 1)
    letter.add_paragraph("The council sets the fee.")
    letter.save(held)
    return {True: bytes(paper.output()), False: held.getvalue()}


WHOLE = documents()


@few
@given(
    st.booleans(),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6)), max_size=8),
    st.floats(0.2, 1),
)
def test_any_damaged_document_is_read_or_refused(is_pdf, damages, share):
    """Real files with bytes overwritten anywhere, or cut short: their text, or a reason."""
    body = bytearray(WHOLE[is_pdf])
    for place, put in damages:
        at = int(place * len(body))
        body[at : at + len(put)] = put
    with suppress(IngestError):
        (read_pdf if is_pdf else read_word)(bytes(body[: int(share * len(body))]))


@few
@given(st.text(max_size=200))
def test_any_front_matter_is_read_or_refused_with_its_line(text):
    """YAML of any shape between the marks, and none."""
    for markdown in (text, f"---\n{text}\n---\nText."):
        with suppress(IngestError):
            read_markdown(markdown)
