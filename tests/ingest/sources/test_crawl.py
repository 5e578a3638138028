"""A site is read as its owner wishes: conditional requests, robots.txt, sitemaps, and an outcome a page."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from ingest.errors import SourceError
from ingest.model import Failed, Fetched, Gone, Page, Skipped, Unchanged, Validators
from ingest.sources import Limits, Reach, WebSource, open_source

PAGES = Path(__file__).parent / "pages"
LOCAL = Reach(("127.0.0.1",), allow_private=True)
pytestmark = pytest.mark.anyio


def source(start: str | Sequence[str], naps: Any, **limits: Any) -> WebSource:
    return WebSource(start, reach=LOCAL, limits=replace(Limits(), **limits), sleep=naps)


async def read(web: WebSource, known: dict[str, Validators] | None = None) -> list[Fetched]:
    return [outcome async for outcome in web.fetch(known or {})]


def urls(outcomes: Sequence[Fetched], kind: type[Any]) -> list[str]:
    return sorted(outcome.url for outcome in outcomes if isinstance(outcome, kind))


async def test_one_address_is_one_page(site: Any, naps: Any) -> None:
    """A page is read with what a later conditional request needs, under the product's name."""
    body = (PAGES / "adult-passport.html").read_bytes()
    where = site.add("/renew/", _reply(site, 200, body, ETag='"v1"'))
    [page] = await read(source(where, naps))
    assert isinstance(page, Page) and page.title == "Renew an adult passport"
    assert page.validators.etag == '"v1"'
    assert all(headers["user-agent"].startswith("govt-assistant/") for _, headers in site.sent)


async def test_an_unchanged_page_is_not_read_again(site: Any, naps: Any) -> None:
    """A known page is asked for with its ETag, and 304 means unchanged."""
    where = site.page("/a/", "A", ETag='"v1"')
    assert await read(source(where, naps), {where: Validators(etag='"v1"')}) == [Unchanged(where)]
    assert isinstance((await read(source(where, naps), {where: Validators(etag='"v0"')}))[0], Page)


async def test_a_sitemap_index_leads_to_all_pages_and_one_failure_stops_none(site: Any, naps: Any) -> None:
    """Good pages, gone ones, ones that fail and ones that are not for us each have their outcome."""
    site.add("/gone/", _reply(site, 410))
    site.add("/broken/", _reply(site, 500))
    site.add("/flaky/", _reply(site, 500), _reply(site, 200, b"<main><h1>Flaky</h1><p>x</p></main>"))
    site.add("/file.pdf", _reply(site, 200, b"%PDF", **{"Content-Type": "application/pdf"}))
    site.add(
        "/noindex/", _reply(site, 200, b"<main><h1>N</h1><p>x</p></main>", **{"X-Robots-Tag": "noindex"})
    )
    site.add("/huge/", _reply(site, 200, b"<main>" + b"x" * 2000))
    listed = ("/missing/", "/gone/", "/broken/", "/flaky/", "/file.pdf", "/noindex/", "/huge/")
    site.sitemap("/one.xml.gz", *map(site.url, listed), zipped=True)
    site.sitemap("/two.xml", site.page("/fine/", "Fine"), "https://elsewhere.example/x/", "not an address")
    start = site.sitemap("/sitemap.xml", site.url("/one.xml.gz"), site.url("/two.xml"), index=True)
    web = source(start, naps, page_bytes=1000)
    assert await web.count() == 10
    found = await read(web)
    assert urls(found, Page) == [site.url("/fine/"), site.url("/flaky/")]
    assert urls(found, Gone) == [site.url("/gone/"), site.url("/missing/"), site.url("/noindex/")]
    assert urls(found, Failed) == [site.url("/broken/"), site.url("/huge/")]
    assert urls(found, Skipped) == [site.url("/file.pdf"), "https://elsewhere.example/x/", "not an address"]
    assert site.asked["/broken/"] == 3 and site.asked["/flaky/"] == 2 and site.asked["/sitemap.xml"] == 1
    assert len(naps.taken) == 3, "each retry waits"
    assert not web.complete, "a page that failed may stand for a stored one under another address"


async def test_a_sitemap_read_whole_is_complete(site: Any, naps: Any) -> None:
    """Only a sitemap of which all parts were read says that what it does not list is gone."""
    good = site.sitemap("/good-sitemap.xml", site.page("/a/", "A"))
    part = site.sitemap("/part-sitemap.xml", good, site.url("/no.xml"), index=True)
    whole, partial = source(good, naps), source(part, naps)
    assert len(await read(whole)) == 1 and whole.complete
    found = await read(partial)
    assert urls(found, Failed) == [site.url("/no.xml")] and urls(found, Page) == [site.url("/a/")]
    assert not partial.complete


async def test_a_page_address_that_turns_out_to_be_a_sitemap_is_read_as_one(site: Any, naps: Any) -> None:
    """What a document is decides, not only its name."""
    start = site.sitemap("/map", site.page("/a/", "A"))
    assert urls(await read(source(start, naps)), Page) == [site.url("/a/")]


@pytest.mark.parametrize(
    "body", [b"<html>no</html>", b"", b'<!DOCTYPE a [<!ENTITY b "c">]><urlset>&b;</urlset>']
)
async def test_a_sitemap_that_cannot_be_read_is_an_error_of_the_source(
    site: Any, naps: Any, body: bytes
) -> None:
    """A source that cannot say what it holds fails as a whole."""
    start = site.add("/sitemap.xml", _reply(site, 200, body, **{"Content-Type": "application/xml"}))
    with pytest.raises(SourceError):
        await read(source(start, naps))
    with pytest.raises(SourceError):
        await read(source(site.url("/nowhere/sitemap.xml"), naps))


async def test_robots_txt_is_obeyed(site: Any, naps: Any) -> None:
    """What robots.txt forbids is not asked for; its crawl delay is kept between requests."""
    rules = b"User-agent: *\nDisallow: /private/\nCrawl-delay: 7\n"
    site.add("/robots.txt", _reply(site, 200, rules, **{"Content-Type": "text/plain"}))
    found = await read(
        source([site.page("/a/", "A"), site.page("/b/", "B"), site.page("/private/x/", "X")], naps)
    )
    assert urls(found, Page) == [site.url("/a/"), site.url("/b/")]
    assert urls(found, Skipped) == [site.url("/private/x/")]
    assert site.asked["/private/x/"] == 0 and site.asked["/robots.txt"] == 1
    assert len(naps.taken) == 2 and all(6 < nap <= 14 for nap in naps.taken)


async def test_an_unreadable_robots_txt_forbids_everything_for_now(site: Any, naps: Any) -> None:
    """When robots.txt fails, nothing else is asked of the host and stored pages stay."""
    site.add("/robots.txt", _reply(site, 503))
    where = site.page("/a/", "A")
    assert urls(await read(source(where, naps)), Failed) == [where]
    assert site.asked["/a/"] == 0


async def test_redirects_are_followed_and_the_old_address_is_gone(site: Any, naps: Any) -> None:
    """A page that has moved for good answers under its new address only."""
    new = site.page("/new/", "New")
    old = site.redirect("/old/", "/middle/")
    site.redirect("/middle/", "/new/", 308)
    found = await read(source(old, naps), {old: Validators(etag='"x"')})
    assert urls(found, Page) == [new] and urls(found, Gone) == [old]
    brief = site.redirect("/brief/", "/new/", 302)
    found = await read(source(brief, naps), {brief: Validators()})
    assert urls(found, Page) == [new] and urls(found, Failed) == [brief]


async def test_redirects_out_of_reach_and_in_circles_end(site: Any, naps: Any) -> None:
    """No redirect leads to a host that is not allowed, to another scheme, or round and round."""
    port = site.base.rpartition(":")[2]
    away = site.redirect("/away/", f"http://localhost:{port}/a/")
    file = site.redirect("/file/", "file:///etc/passwd")
    loop = site.redirect("/loop/", "/loop2/")
    site.redirect("/loop2/", "/loop/")
    site.page("/a/", "A")
    found = await read(source([away, file, loop], naps))
    assert urls(found, Skipped) == [away, file] and urls(found, Failed) == [loop]
    assert site.asked["/a/"] == 0


async def test_one_page_under_several_addresses_is_yielded_once(site: Any, naps: Any) -> None:
    """Aliases, campaign parameters and canonical links lead to one page."""
    new = site.page("/new/", "New")
    html = b'<link rel="canonical" href="/new/"><main><h1>New</h1><p>x</p></main>'
    alias = site.add("/alias/", _reply(site, 200, html))
    found = await read(source([new, f"{new}?utm_source=x#top", alias], naps, at_once=1))
    assert urls(found, Page) == [new] and urls(found, Skipped) == [alias]
    assert site.asked["/new/"] == 1


async def test_a_slow_page_fails_after_its_time(site: Any, naps: Any) -> None:
    """A server that does not answer in time costs its own page only."""
    slow = site.add("/slow/", replace(_reply(site, 200), wait=site.released))
    fine = site.page("/fine/", "Fine")
    found = await read(source([slow, fine], naps, seconds=0.2, attempts=2))
    assert urls(found, Failed) == [slow] and urls(found, Page) == [fine]
    assert any(
        "longer than 0.2 seconds" in outcome.reason for outcome in found if isinstance(outcome, Failed)
    )


async def test_a_dead_server_is_a_failure_of_the_page(naps: Any) -> None:
    """No connection: what is stored stays."""
    where = "http://127.0.0.1:9/a/"
    assert urls(await read(source(where, naps)), Failed) == [where]


async def test_retry_after_is_waited_for(site: Any, naps: Any) -> None:
    """A server that asks for time gets it."""
    where = site.add(
        "/busy/",
        _reply(site, 429, b"", **{"Retry-After": "9"}),
        _reply(site, 200, b"<main><h1>A</h1><p>x</p></main>"),
    )
    assert urls(await read(source(where, naps)), Page) == [where]
    assert naps.taken == [9.0]


async def test_leaving_early_leaves_nothing_running(site: Any, naps: Any) -> None:
    """A reader that stops after the first page stops the crawl."""
    web = source([site.page(f"/{n}/", str(n)) for n in range(20)], naps, at_once=2)
    async with aclosing(cast("AsyncGenerator[Fetched]", web.fetch({}))) as pages:
        assert isinstance(await anext(pages), Page)
    assert sum(site.asked.values()) < 10


async def test_an_address_of_a_host_that_is_not_allowed_is_refused_at_once() -> None:
    """The default list is govt.nz and what ends in it."""
    assert open_source("https://www.govt.nz/browse/").name == "https://www.govt.nz/browse/"
    for spec in (
        "https://notgovt.nz/",
        "http://127.0.0.1/",
        "ftp://www.govt.nz/",
        "https://a:b@www.govt.nz/",
    ):
        with pytest.raises(SourceError):
            open_source(spec)


def _reply(site: Any, status: int, body: bytes = b"", **headers: str) -> Any:
    return site.reply(status, body, {"Content-Type": "text/html", **headers})
