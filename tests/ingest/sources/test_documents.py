"""PDF and Word documents become pages whose quotes name their page, and bad ones are named, not fatal."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from fpdf import FPDF

from ingest.errors import NotAPage, SourceError
from ingest.model import Page, Skipped
from ingest.passages import passages
from ingest.sources import FolderSource, Limits, Reach, WebSource, open_source
from ingest.sources.documents import document_page

pytestmark = pytest.mark.anyio
LOCAL = Reach(("127.0.0.1",), allow_private=True)


def pdf() -> bytes:
    """Three pages with running heads, a paragraph, a list, and a table of fees."""
    made = FPDF()
    made.set_title("Guide to passport fees")
    made.set_font("helvetica", size=12)
    for number in (1, 2, 3):
        made.add_page()
        made.cell(0, 10, "Passport Office guide", new_x="LMARGIN", new_y="NEXT")
        made.ln(20)
        if number == 2:
            with made.table() as table:
                for row in (("Service", "Fee"), ("Standard", "$247"), ("Urgent", "$497")):
                    cells = table.row()
                    for cell in row:
                        cells.cell(cell)
        else:
            text = f"You can renew your passport online if you had one before. It is said on page {number}."
            made.multi_cell(0, 8, text)
        made.ln(30)
        made.cell(0, 10, f"Page {number} of 3")
    return bytes(made.output())


def word() -> bytes:
    """A heading, a paragraph, a list and a table."""
    made = docx.Document()
    made.core_properties.title = "Dog fees"
    made.add_heading("Cost", 1)
    made.add_paragraph("The council sets the fee.")
    for item in ("desexed dogs", "working dogs"):
        made.add_paragraph(item, style="List Bullet")
    table = made.add_table(rows=2, cols=2)
    for row, values in zip(table.rows, (("Dog", "Fee"), ("Any", "$90")), strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


async def test_quotes_from_a_pdf_name_its_page_and_tables_stay_tables() -> None:
    """Text stands under the number of its page; running heads and page numbers are left out."""
    page = await document_page(pdf(), "https://www.govt.nz/fees.pdf")
    assert page.title == "Guide to passport fees"
    assert page.text.startswith("## Page 1\n\nYou can renew your passport online")
    assert "| Service | Fee |\n| --- | --- |\n| Standard | $247 |\n| Urgent | $497 |" in page.text
    assert "Passport Office guide" not in page.text and "of 3" not in page.text
    cut = passages(page, lambda text: len(text.split()))
    assert [each.heading_path for each in cut] == [("Page 1",), ("Page 2",), ("Page 3",)]


async def test_a_word_document_keeps_headings_lists_and_tables() -> None:
    """What the author marked as a heading, list or table is one."""
    page = await document_page(word(), "https://www.govt.nz/dogs.docx")
    assert (page.title, page.language) == ("Dog fees", "en")
    assert (
        "## Cost\n\nThe council sets the fee.\n\n- desexed dogs\n- working dogs\n\n| Dog | Fee |" in page.text
    )


def bomb() -> bytes:
    """A small file that unfolds to a huge one."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b" " * 210_000_000)
    return held.getvalue()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"%PDF-1.7 broken", "damaged or locked"),
        (b"PK\x03\x04 broken", "not a Word document"),
        (b"GIF89a", "neither PDF nor Word"),
        (bomb(), "unfolds to more than"),
        (bytes(FPDF().output()), "no text"),
    ],
)
async def test_a_document_that_cannot_be_read_says_why(body: bytes, reason: str) -> None:
    """Damaged, foreign, oversized and empty documents are refused with their reason."""
    with pytest.raises(NotAPage, match=reason):
        await document_page(body, "https://www.govt.nz/a.pdf")


async def test_a_word_document_reads_no_other_file(tmp_path: Path) -> None:
    """An entity that names a file of this machine stays empty."""
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret-of-this-machine")
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word())) as whole, zipfile.ZipFile(held, "w") as spoilt:
        for name in whole.namelist():
            body = whole.read(name)
            if name == "word/document.xml":
                entity = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
                body = body.replace(b"?>", b"?>" + entity, 1).replace(b"sets the fee", b"sets &x; the fee")
                assert b"&x;" in body and entity in body
            spoilt.writestr(name, body)
    try:
        text = (await document_page(held.getvalue(), "https://www.govt.nz/dogs.docx")).text
    except NotAPage as error:
        text = str(error)
    assert "the-secret" not in text


async def test_a_document_that_takes_too_long_is_given_up() -> None:
    """Reading stops when its time is over."""
    with pytest.raises(NotAPage, match="took longer"):
        await document_page(pdf(), "https://www.govt.nz/a.pdf", seconds=0.0)


async def test_documents_that_a_page_links_to_are_read_too(site: Any, naps: Any) -> None:
    """A linked PDF on an allowed host becomes a page, once; one elsewhere does not."""
    kind = {"Content-Type": "application/pdf"}
    guide = site.add("/guide.pdf", site.reply(200, pdf(), kind))
    links = f'<a href="{guide}">Guide</a> <a href="/guide.pdf#page=2">same</a> <a href="https://x.example/b.pdf">b</a>'
    body = f"<main><h1>Fees</h1><p>See {links}.</p></main>".encode()
    start = site.add("/fees/", site.reply(200, body))
    found = [each async for each in WebSource(start, reach=LOCAL, sleep=naps).fetch({})]
    assert [each.url for each in found] == [start, guide]
    assert isinstance(found[1], Page) and "$247" in found[1].text
    assert site.asked["/guide.pdf"] == 1


async def test_a_document_larger_than_is_read_is_named(site: Any, naps: Any) -> None:
    """A limit of its own holds for documents."""
    where = site.add("/guide.pdf", site.reply(200, pdf(), {"Content-Type": "application/pdf"}))
    limits = replace(Limits(), document_bytes=100)
    [found] = [each async for each in WebSource(where, reach=LOCAL, limits=limits, sleep=naps).fetch({})]
    assert "larger than" in found.reason


async def test_documents_in_a_folder_are_pages(tmp_path) -> None:
    """PDF and Word files stand beside Markdown, and one that is damaged is skipped by name."""
    (tmp_path / "fees.pdf").write_bytes(pdf())
    (tmp_path / "dog-fees.docx").write_bytes(word())
    (tmp_path / "bad.pdf").write_bytes(b"%PDF")
    found = {each.url: each async for each in FolderSource(tmp_path).fetch({})}
    assert isinstance(found["https://local.invalid/dog-fees.docx"], Page)
    assert isinstance(found["https://local.invalid/fees.pdf"], Page)
    assert isinstance(found["bad.pdf"], Skipped)


async def test_a_file_of_addresses_is_a_source(tmp_path) -> None:
    """One address a line, comments left out; a line that is none is named by its number."""
    listed = tmp_path / "pages.txt"
    listed.write_text("# fees\nhttps://www.govt.nz/a/\r\n\n https://www.govt.nz/b/ \n")
    source = open_source(str(listed))
    assert (source.name, await source.count(), source.complete) == (str(listed), 2, False)
    listed.write_text("https://www.govt.nz/a/\nwww.govt.nz/b/\n")
    with pytest.raises(SourceError, match=r"line 2: 'www\.govt\.nz/b/'"):
        open_source(str(listed))


def test_a_date_of_a_document_is_its_last_change() -> None:
    """The date that a PDF states of itself becomes the page's."""
    from ingest.sources.pdf import _modified

    assert _modified({"CreationDate": "D:20240102030405Z", "ModDate": "D:20250607080910+12'00'"}) == date(
        2025, 6, 7
    )
    assert _modified({"ModDate": "yesterday"}) is None
