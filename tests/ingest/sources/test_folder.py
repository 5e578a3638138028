from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.errors import SourceError
from ingest.model import Failed, Fetched, Gone, Origin, Page, Skipped
from ingest.sources import FolderSource, open_source

pytestmark = pytest.mark.anyio
GOOD = """---
title: Renew a passport
url: https://www.govt.nz/passport/
agency: Department of Internal Affairs
topic: passports
language: {language}
last_updated: 2026-11-23
reviewed_by: null
facts:
  - text: "It costs $247 (as at 2 May 2025)."
    source: https://www.passports.govt.nz/fees
    read: 2026-11-23
    as_at: 2025-05-02
    status: read
  - text: "{fact}"
    status: unchecked
---

You can renew online.  \r
It costs $247 (as at 2 May 2025).
"""


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(text.encode())


async def read(source: FolderSource) -> list[Fetched]:
    return [outcome async for outcome in source.fetch({})]


async def test_front_matter_and_body_become_a_page(tmp_path: Path) -> None:
    """All that the front matter says is on the page; facts are parts of its text."""
    write(tmp_path, "mi/passport.md", GOOD.format(language="mi", fact="You can renew online."))
    [page] = await read(FolderSource(tmp_path, origin=Origin.STARTER))
    assert isinstance(page, Page)
    assert page.text == "You can renew online.\nIt costs $247 (as at 2 May 2025)."
    assert (page.slug, page.language, page.reviewed) == ("mi/passport", "mi", False)
    assert (page.origin, page.last_updated) == (Origin.STARTER, date(2026, 11, 23))
    assert [fact.text in page.text for fact in page.facts] == [True, True]
    assert page.facts[0].as_at == date(2025, 5, 2)


async def test_a_folder_named_itself_gives_the_same_slugs(tmp_path: Path) -> None:
    """A page keeps its slug whether its folder or the one above is read."""
    write(tmp_path, "en/passport.md", GOOD.format(language="en", fact="You can renew online."))
    for root in (tmp_path, tmp_path / "en"):
        [page] = await read(FolderSource(root))
        assert isinstance(page, Page) and page.slug == "en/passport"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (GOOD.format(language="en", fact="Nobody wrote this."), "fact 2 is not in the page's text"),
        (GOOD.format(language="fr", fact="You can renew online."), "bad.md, line 6: language: "),
        (
            GOOD.replace("    read: 2026-11-23\n", "").format(language="en", fact="x"),
            "line 10: facts.0: a fact with",
        ),
        ("---\ntitle: A: b\n---\nx\n", "bad.md, line 2: the front matter is not YAML"),
        ("---\n- a\n---\nx\n", "bad.md, line 2: the front matter has no"),
        ("---\ntitle: A\nx\n", "bad.md, line 1: the front matter has no end"),
        ("---\ntitle: A\nurl: javascript:alert(1)\n---\nx\n", "bad.md, line 3: url: must be a whole address"),
        ("---\ntitle: A\n---\nx\n", "Add `title:` and `url:`."),
    ],
)
async def test_a_bad_file_is_reported_and_the_rest_goes_on(tmp_path: Path, text: str, reason: str) -> None:
    """The report says which file, which line and what to do; nothing counts as gone."""
    write(tmp_path, "bad.md", text)
    write(tmp_path, "good.md", GOOD.format(language="en", fact="You can renew online."))
    source = FolderSource(tmp_path, origin=Origin.STARTER)
    bad, good = await read(source)
    assert isinstance(bad, Failed) and bad.url == "bad.md" and reason in bad.reason
    assert isinstance(good, Page) and not source.complete


async def test_plain_markdown_and_saved_html_are_pages(tmp_path: Path) -> None:
    """Files that say nothing about themselves get a title and an address that leads nowhere."""
    write(tmp_path, "sub/plain.md", "# The title\r\n\r\nWords.\r\n")
    write(
        tmp_path,
        "saved.html",
        '<link rel=canonical href="https://www.govt.nz/a/"><main><h1>A</h1><p>x</p></main>',
    )
    write(tmp_path, "other.htm", "<main><h1>B</h1><p>x</p></main>")
    write(tmp_path, "gone.html", "<meta name=robots content=noindex><main><h1>C</h1><p>x</p></main>")
    write(tmp_path, "empty.md", "\n")
    write(tmp_path, ".hidden/x.md", "# X\n\ny")
    write(tmp_path, "notes.txt", "no")
    (tmp_path / "latin.md").write_bytes(b"caf\xe9")
    source = FolderSource(tmp_path)
    found = await read(source)
    pages = {page.title: page for page in found if isinstance(page, Page)}
    assert {title: page.url for title, page in pages.items()} == {
        "The title": "https://local.invalid/sub/plain.md",
        "A": "https://www.govt.nz/a/",
        "B": "https://local.invalid/other.htm",
    }
    assert pages["The title"].text == "Words."
    assert [type(each) for each in found if not isinstance(each, Page)] == [Skipped, Gone, Failed]
    assert await source.count() == len(found) == 6


async def test_the_second_file_of_one_address_is_skipped(tmp_path: Path) -> None:
    """Two files are two pages only if their addresses or languages differ."""
    for name, language in (("a.md", "en"), ("b.md", "en"), ("c.md", "mi")):
        write(tmp_path, name, GOOD.format(language=language, fact="You can renew online."))
    assert [type(each) for each in await read(FolderSource(tmp_path))] == [Page, Skipped, Page]


async def test_what_is_no_source_is_refused_with_what_is_accepted(tmp_path: Path) -> None:
    """The error names the four kinds of source."""
    write(tmp_path, "a.docx", "x")
    assert isinstance(open_source(str(tmp_path)), FolderSource)
    for spec in (str(tmp_path / "a.docx"), str(tmp_path / "no.jsonl"), "", "passports"):
        with pytest.raises(SourceError) as caught:
            open_source(spec)
        assert ".jsonl file" in caught.value.what_to_do
    with pytest.raises(SourceError):
        await FolderSource(tmp_path / "no").count()
