"""JSON lines become pages, and a line that cannot be used is named with its number and its reason."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import IngestError, SourceError
from ingest.model import Failed, Fetched, Page, Skipped
from ingest.sources import JsonlSource, open_source
from ingest.sources.jsonl import read_line

pytestmark = pytest.mark.anyio
URL = "https://www.govt.nz/a/?utm_source=kept#part"


async def read(tmp_path: Path, *lines: object) -> list[Fetched]:
    path = tmp_path / "pages.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return [outcome async for outcome in JsonlSource(path).fetch({})]


async def test_a_line_is_a_page(tmp_path: Path) -> None:
    """Every key that is known is on the page, the address as given; others are left alone."""
    line = {
        "url": URL,
        "title": "A",
        "text": "# A\r\n\r\nWords \u2026  \n",
        "language": "mi-NZ",
        "agency": "DIA",
        "topic": "t",
        "last_updated": "2025-03-31T10:00:00Z",
        "x": [1],
    }
    [page] = await read(tmp_path, line)
    assert page == Page(URL, "A", "Words \u2026", "mi", "DIA", "t", date(2025, 3, 31))


@pytest.mark.parametrize(
    ("line", "title", "text"),
    [
        ({"url": URL, "text": "# Head\n\nWords."}, "Head", "Words."),
        ({"url": URL, "title": " ", "text": "## Sub\n\nWords."}, "Sub", "## Sub\n\nWords."),
        (
            {"url": URL, "text": "1 two three four five six seven eight nine"},
            "1 two three four five six seven eight…",
            None,
        ),
        ({"url": URL, "title": "T", "text": "# Other\n\nWords."}, "T", "# Other\n\nWords."),
        ({"id": 7, "title": "T", "text": "a\u0000b"}, "T", "ab"),
    ],
)
async def test_titles_are_found_where_there_are_none(
    line: dict[str, object], title: str, text: str | None
) -> None:
    """A blank title is the first heading or the first words; the text stays otherwise as it is."""
    page = read_line(json.dumps(line).encode())
    assert (page.title, page.text) == (title, text or line["text"])
    assert page.url == ("urn:page:7" if "id" in line else URL)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "not a JSON object"),
        ({"title": "A", "text": "x"}, "neither `url` nor `id`"),
        ({"url": " ", "text": "x"}, "neither `url` nor `id`"),
        ({"url": "/relative", "text": "x"}, "neither a whole address"),
        ({"url": "javascript:alert(1)", "text": "x"}, "neither a whole address"),
        ({"url": "two words", "text": "x"}, "neither a whole address"),
        ({"url": URL, "text": 3}, "`text` is not a text"),
        ({"url": URL, "text": " \n"}, "no text"),
        ({"url": URL, "text": "x", "last_updated": "soon"}, "not a date"),
    ],
)
async def test_a_bad_line_is_reported_and_the_rest_goes_on(tmp_path: Path, line: object, reason: str) -> None:
    """The report has the line's number and what is wrong; the next line is read."""
    bad, good = await read(tmp_path, "", line, {"url": URL, "text": "Fine."})
    assert isinstance(bad, Failed) and bad.url == "line 2" and reason in bad.reason
    assert isinstance(good, Page)


async def test_of_several_lines_for_one_page_the_last_good_one_counts(tmp_path: Path) -> None:
    """Earlier lines are skipped, a damaged later one does not count, another language is another page."""
    found = await read(
        tmp_path,
        {"url": URL, "text": "old"},
        {"url": URL, "text": "new"},
        {"url": URL, "text": "hou", "language": "mi"},
        {"url": URL, "text": ""},
    )
    assert [type(each) for each in found] == [Skipped, Page, Page, Failed]
    assert isinstance(found[0], Skipped) and found[0].reason == "line 2 has the same address"
    assert isinstance(found[1], Page) and found[1].text == "new"


async def test_lines_are_counted_and_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """The number to expect is known beforehand; a byte order mark and empty lines do no harm."""
    path = tmp_path / "p.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"url": URL, "text": "x"}).encode() + b"\r\n\r\n\n")
    source = open_source(str(path))
    assert isinstance(source, JsonlSource) and await source.count() == 1
    assert [type(each) async for each in source.fetch({})] == [Page] and source.complete
    with pytest.raises(SourceError):
        await JsonlSource(tmp_path / "no.jsonl").count()


WORDS = st.text("a\u0101 #-*|:/.\n\r\t\0\ud800\u2028\u00a0\U0001d11e{1", max_size=20)
VALUES = st.none() | st.booleans() | st.integers() | WORDS | st.lists(WORDS, max_size=2)
KEYS = st.sampled_from(["url", "id", "title", "text", "language", "last_updated", "agency", "topic"])


@given(st.dictionaries(KEYS, VALUES).map(lambda values: {"url": URL, **values}))
def test_any_object_is_a_page_or_an_error_of_ingest(values: dict[str, object]) -> None:
    """Whatever a line holds, reading it gives a page that can be stored or says why not."""
    try:
        page = read_line(json.dumps(values).encode())
    except IngestError:
        return
    assert page.title.strip() and page.text.strip() and page.version


@pytest.mark.parametrize("name", ["PMID-4983", "doc:123", "urn:isbn:1"])
def test_a_name_may_stand_for_an_address(name: str) -> None:
    """Collections that have no addresses keep their own names."""
    assert read_line(json.dumps({"url": name, "title": "A &amp; B", "text": "x"}).encode()).url == name


@pytest.mark.parametrize("key", ["id", "_id", "doc_id", "docid"])
def test_names_are_found_under_the_usual_keys(key: str) -> None:
    """A line without an address is known by its identifier; entities in its title are read."""
    page = read_line(json.dumps({key: 7, "title": "A &amp; B", "text": "x"}).encode())
    assert (page.url, page.title) == ("urn:page:7", "A & B")
