"""A web page becomes its content and nothing around it, in its language, with what it says of itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import IngestError, NotAPage, Withdrawn
from ingest.model import Page
from ingest.sources.html import extract

PAGES = Path(__file__).parent / "pages"
URL = "https://www.govt.nz/browse/passports-citizenship-and-identity/new-zealand-passports/renew/"


def page(name: str, url: str = URL) -> Page:
    return extract((PAGES / name).read_bytes(), url=url, content_type="text/html")


def markdown(inner: str, head: str = "", url: str = URL) -> str:
    html = f"<html lang=en><head>{head}</head><body><main><h1>T</h1>{inner}</main></body></html>"
    return extract(html.encode(), url=url).text


def test_a_page_shaped_like_govt_nz_becomes_exactly_this_markdown() -> None:
    """Content is kept whole and in order, and nothing that surrounds it is."""
    assert page("adult-passport.html").text == (PAGES / "adult-passport.md").read_text().rstrip("\n")


def test_what_the_page_says_about_itself_is_read() -> None:
    """Title, canonical address, agency, topic, language and date come from the page."""
    found = page("adult-passport.html")
    folder = "https://www.govt.nz/browse/passports-citizenship-and-identity/new-zealand-passports/"
    assert found.url == f"{folder}renew-an-adult-passport/"
    assert (found.title, found.language) == ("Renew an adult passport", "en")
    assert (found.agency, found.topic) == ("New Zealand Government", "passports-citizenship-and-identity")
    assert found.last_updated == date(2025, 3, 3)


def test_te_reo_content_on_an_english_site_is_te_reo() -> None:
    """The main element's language counts, macrons stay, and Dublin Core names agency and date."""
    found = page("te-reo.html")
    assert (found.language, found.title) == ("mi", "Te whakahou uruwhenua")
    assert "Ka taea te whakahou i tō uruwhenua" in found.text
    assert (found.agency, found.last_updated) == ("Te Tari Taiwhenua", date(2024, 7, 1))


def test_a_page_without_main_element_keeps_headings_and_steps() -> None:
    """Without a main element the content is found, and its structure stays."""
    found = page("no-main.html")
    assert found.title == "Rates rebate"
    assert "## When to apply" in found.text
    assert "2. Fill in the application form" in found.text
    assert "Bins" not in found.text and "Copyright" not in found.text
    assert found.last_updated == date(2025, 3, 3) and "Last updated" not in found.text


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ('<div class="alert"><h3>Important</h3><p>Go now.</p></div>', "**Important:** Go now."),
        (
            '<div class="callout">Bare <b>words</b><ul><li>x</li></ul></div>',
            "**Note:** Bare **words**\n\n- x",
        ),
        ('<p class="note"><strong>Note:</strong> already said</p>', "**Note:** already said"),
        (
            "<h2>A</h2><details><summary>B</summary><h2>C</h2><p>d</p></details>",
            "## A\n\n### B\n\n#### C\n\nd",
        ),
        ("<h2> <a href=/x>A</a>\n <b>B</b></h2><p>c</p>", "## A B\n\nc"),
        ("<p>a<br>b</p>", "a\nb"),
        ("<p>5 * 3 _x_ # &lt;b&gt; &amp; [y]</p>", "5 * 3 _x_ # <b> & [y]"),
        ('<p><a href="mailto:a@b.govt.nz?subject=x">Write to us</a></p>', "Write to us (a@b.govt.nz)"),
        ('<p><a href="javascript:alert(1)">Words</a> <a href="#x">Jump</a></p>', "Words Jump"),
        ("<table><tr><th>Age</th><td>65</td></tr></table>", "|  |  |\n| --- | --- |\n| Age | 65 |"),
        (
            "<table><tr><th>A</th><th>B</th></tr><tr><td colspan=2>Both</td></tr>"
            "<tr><td>1</td><td><ul><li>x</li><li>y</li></ul></td></tr></table>",
            "| A | B |\n| --- | --- |\n| Both |  |\n| 1 | x; y |",
        ),
        ("<p>x</p><p>Was this page helpful?</p><h2>Help</h2><p>y</p>", "x\n\n## Help\n\ny"),
        ('<div class="feedback"><p>Tell the agency what you think of it.</p></div>', None),
    ],
)
def test_markup_becomes_markdown(inner: str, expected: str | None) -> None:
    """Each construct of a page has one form in Markdown; a class alone never empties a page."""
    assert markdown(inner) == (expected or "Tell the agency what you think of it.")


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ('<link rel="canonical" href="https://evil.example/x">', URL),
        ('<link rel="canonical" href="https://www.govt.nz/">', URL),
        (
            '<link rel="canonical" href="https://www.GOVT.nz.:443/a/?utm_id=b&l=mi#c">',
            "https://www.govt.nz/a/?l=mi",
        ),
        ("", URL),
    ],
)
def test_a_canonical_address_counts_on_the_same_host_only(head: str, address: str) -> None:
    """No page can take another site's address, nor by mistake that of the home page."""
    html = f"<html><head>{head}</head><main><h1>T</h1><p>x</p></main></html>"
    assert extract(html.encode(), url=f"{URL}?utm_source=y#z").url == address


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Māori whānau", "text/html; charset=iso-8859-1"),
        ("Māori whānau", "text/html; charset=nonsense"),
        ("Māori whānau", None),
    ],
)
def test_utf8_survives_a_wrong_charset_header(body: str, content_type: str | None) -> None:
    """What is valid UTF-8 is read as UTF-8, whatever the header says."""
    html = f"<html><main><h1>T</h1><p>{body}</p></main></html>"
    assert extract(html.encode(), url=URL, content_type=content_type).text == body


@pytest.mark.parametrize(
    ("encoding", "head", "content_type"),
    [
        ("windows-1252", "", "text/html; charset=ISO-8859-1"),
        ("windows-1252", '<meta charset="windows-1252">', None),
        ("utf-16", "", "text/html"),
        ("utf-16-le", "", "text/html; charset=utf-16le"),
    ],
)
def test_other_encodings_are_read_as_stated(encoding: str, head: str, content_type: str | None) -> None:
    """Header, meta element and byte order mark each name the encoding."""
    html = f"<html><head>{head}</head><main><h1>T</h1><p>caf\u00e9 \u2013 \u201cyes\u201d</p></main></html>"
    assert (
        extract(html.encode(encoding), url=URL, content_type=content_type).text
        == "caf\u00e9 \u2013 \u201cyes\u201d"
    )


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7 <stuff>", "application/pdf"),
        (b"%PDF-1.7 <stuff>", None),
        (b"", "text/html"),
        (b"\x00\x01\x02<main>", "text/html"),
        (b"<html><main><h1>T</h1><nav>menu</nav></main></html>", "text/html"),
        (b'{"a": "<b>"}', None),
    ],
)
def test_what_is_no_page_is_refused(body: bytes, content_type: str | None) -> None:
    """Other kinds of document and pages without content are not pages."""
    with pytest.raises(NotAPage):
        extract(body, url=URL, content_type=content_type)


@pytest.mark.parametrize(
    ("head", "first"),
    [('<meta name="robots" content="noindex, follow">', "Words."), ("", "This page has been withdrawn.")],
)
def test_a_page_that_says_it_is_no_more_is_withdrawn(head: str, first: str) -> None:
    """noindex and a withdrawal notice both take the page out."""
    with pytest.raises(Withdrawn):
        markdown(f"<p>{first}</p><p>More.</p>", head)


def test_a_withdrawn_visa_is_not_a_withdrawn_page() -> None:
    """Only a notice about the page itself counts."""
    assert "can be withdrawn" in markdown("<p>A visa can be withdrawn.</p><p>This page has been useful.</p>")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Last updated 3 March 2025", date(2025, 3, 3)),
        ("Last updated: 03/04/2025", date(2025, 4, 3)),
        ("Page last updated on 1st Jul 2024", date(2024, 7, 1)),
        ("Last updated soon", None),
        ("The fee changed on 3 March 2025", None),
    ],
)
def test_the_date_of_a_page_is_a_labelled_one(words: str, expected: date | None) -> None:
    """A date counts only where it is said to be that of the last update, day before month."""
    html = f"<html><main><h1>T</h1><p>x</p><p>{words}</p></main></html>"
    assert extract(html.encode(), url=URL).last_updated == expected


def test_deep_nesting_is_no_crash() -> None:
    """A page of ten thousand nested elements is read or refused."""
    html = b"<html><main><h1>T</h1>" + b"<div><b>" * 10_000 + b"x"
    try:
        assert extract(html, url=URL).text
    except NotAPage as error:
        assert "nested" in str(error) or "empty" in str(error)


TAGS = st.sampled_from(
    [
        b"<main>",
        b"</main>",
        b"<h1>",
        b"<h2>",
        b"<table>",
        b"<tr>",
        b"<td rowspan=3 colspan=9>",
        b"<caption>",
        b"<details>",
        b"<summary>",
        b"<dl>",
        b"<dt>",
        b"<dd>",
        b"<ul>",
        b"<li>",
        b"<a href='//[::'>",
        b"<a href=mailto:x>",
        b"<form>",
        b"<aside class=callout>",
        b"<p>",
        b"</p>",
        b"<time datetime=2025-99-99>",
        b"<html lang='??'>",
        b"<meta charset=hex>",
        b"<link rel=canonical href='http://[x'>",
        b"<!--",
        b"-->",
        b"&#xD800;",
        b"Last updated",
        b"<p hidden>",
        b"\xff\xfe",
        b"Was this page helpful",
        b"<button>",
        b"<pre>",
        b"<br>",
        b"|",
        b"<![CDATA[",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300), st.lists(st.one_of(TAGS, st.binary(max_size=8)), max_size=40).map(b"".join)
    )
)
def test_any_bytes_are_a_page_or_an_error_of_ingest(body: bytes) -> None:
    """Whatever a server sends, extraction gives a page that can be stored or says why not."""
    for content_type in (None, "text/html; charset=utf-7"):
        try:
            found = extract(body, url=URL, content_type=content_type)
        except IngestError:
            continue
        assert found.title.strip() and found.text.strip()
        found.text.encode()
        assert "\x00" not in found.text and "\r" not in found.text
        assert all(line == line.rstrip(" \t") for line in found.text.split("\n"))
