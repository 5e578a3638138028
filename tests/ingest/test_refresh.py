"""Pages stay as their sources have them, at the pace that each of them needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import anyio
import pytest

from ingest import Freshness, Gone, IngestPolicy, Skipped, Unchanged, Validators, refresh, sync, sync_all
from ingest.errors import PolicyError, SourceError, StorageFailed
from ingest.index import Index
from ingest.sources.listing import Reading
from tests.doubles import Pages, failed, page

pytestmark = pytest.mark.anyio

SITEMAP = "https://www.govt.nz/sitemap.xml"
PASSPORT = page("passport", "You can renew a passport online. It costs $100.")
DEARER = page("passport", "You can renew a passport online. It costs $120.")
LICENCE = page("licence", "You must renew a licence every 10 years.")
VOTE = page("vote", "You can enrol to vote at 17.")
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def later(self, **more: float) -> None:
        """Time passes."""
        self.at += timedelta(**more)


class Web(Pages):
    """Pages on the web, under the name of their sitemap."""

    web = True


class Site:
    """Opens web sources on what the site says now, and notes what was asked for."""

    def __init__(self, *listed, gives=()) -> None:
        self.reading = Reading(tuple(each.url for each in listed))
        self.gives = {each.url: each for each in gives}
        self.asked: list[str] = []
        self.down = False

    def __call__(self, start, *, name, choose=None):
        if self.down:
            return Down(name)
        asked = list(choose(self.reading) if choose else start)
        self.asked += dict.fromkeys(asked)
        return Web([self.gives[url] for url in dict.fromkeys(asked)], name=name, complete=False)


class Down(Web):
    """A site that does not answer."""

    def __init__(self, name: str) -> None:
        super().__init__([], name=name)
        self.breaks_after = 0

    async def count(self):
        raise SourceError("the server is gone")


@pytest.fixture
def clock() -> Clock:
    """Time, to be moved on."""
    return Clock()


@pytest.fixture
async def filled(index, clock) -> Index:
    """Two pages of a sitemap, read at the start; the index watches their ages."""
    await sync(Web([PASSPORT, LICENCE], name=SITEMAP), index, now=clock)
    return Index(index.catalog, index.vectors, index.embedder, now=clock)


async def look(index, site, clock):
    """A refresh whose candidate is published, as it is where its check passes."""
    done = await refresh(index, site, now=clock)
    if done.report.candidate is not None:
        await index.catalog.publish(done.report.candidate, now=clock())
    return done


async def interval(index, wanted) -> float:
    """The hours that the page waits now."""
    return (await index.catalog.checks.all())[wanted.id].interval_hours


async def test_nothing_is_asked_for_before_it_is_due(filled, clock):
    """Right after the first reading there is nothing to do."""
    site = Site(PASSPORT, LICENCE)
    clock.later(hours=1)
    assert (await look(filled, site, clock)).reports == {}
    assert site.asked == []


async def test_a_changed_page_answers_and_comes_due_sooner(filled, clock):
    """The interval shrinks for a page that changes and grows for one that does not."""
    clock.later(days=1)
    site = Site(PASSPORT, LICENCE, gives=[DEARER, Unchanged(LICENCE.url)])
    done = await look(filled, site, clock)
    assert done.report.candidate == 2
    assert DEARER.text in {each.page.text for each in (await filled.live()).pages}
    assert await interval(filled, PASSPORT) < 24 < await interval(filled, LICENCE)


async def test_a_page_gone_at_its_source_stops_answering_at_the_next_check(filled, clock):
    """404, withdrawn and noindex come as gone; a page that robots.txt forbids now goes by policy."""
    clock.later(days=1)
    site = Site(
        PASSPORT,
        LICENCE,
        gives=[Gone(PASSPORT.url, "not found (404)"), Skipped(LICENCE.url, "robots.txt", "robots")],
    )
    done = await look(filled, site, clock)
    assert done.reports[SITEMAP].gone == {PASSPORT.url: "not found (404)", LICENCE.url: "robots.txt"}
    assert (await filled.live()).pages == ()


async def test_new_pages_of_a_sitemap_are_found_and_unlisted_ones_looked_at(filled, clock):
    """Between checks a sitemap may gain a page and lose one: both are asked for, the rest is not."""
    clock.later(hours=7)
    site = Site(PASSPORT, VOTE, gives=[VOTE, Gone(LICENCE.url, "gone (410)")])
    await look(filled, site, clock)
    assert sorted(site.asked) == sorted([VOTE.url, LICENCE.url])
    assert {each.page.title for each in (await filled.live()).pages} == {"Passport", "Vote"}


async def test_a_page_that_its_sitemap_dates_later_is_read_before_it_is_due(filled, clock):
    """The site's own word of a change counts."""
    clock.later(hours=7)
    site = Site(PASSPORT, LICENCE, gives=[DEARER])
    site.reading = Reading(site.reading.pages, modified={PASSPORT.url: (clock.at + timedelta(days=1)).date()})
    await look(filled, site, clock)
    assert site.asked == [PASSPORT.url]


async def test_a_site_that_is_down_is_named_and_its_pages_answer(filled, clock):
    """Nothing is lost when a source cannot be reached, and a page that fails is tried again sooner."""
    clock.later(days=1)
    site = Site(PASSPORT, LICENCE)
    site.down = True
    assert (await look(filled, site, clock)).failed == {SITEMAP: "the server is gone"}
    site.down, site.gives = False, {PASSPORT.url: failed("passport"), LICENCE.url: Unchanged(LICENCE.url)}
    await look(filled, site, clock)
    check = (await filled.catalog.checks.all())[PASSPORT.id]
    assert (check.problem, check.failures, check.fetched_at) == ("HTTP 500", 1, START)
    assert check.next_check_at - clock.at == timedelta(hours=1)
    assert len((await filled.live()).pages) == 2


async def test_an_unconfirmed_page_is_labelled_and_then_withheld(filled, clock):
    """By the policy a web page says from 45 days on when it was confirmed, and from 365 on is silent."""
    position = (await filled.live()).position((await filled.live()).page(PASSPORT.id))
    for days, expected in ((44, Freshness.FRESH), (46, Freshness.STALE), (366, Freshness.WITHHELD)):
        clock.at = START + timedelta(days=days)
        live = await filled.live()
        assert live.freshness(live.page(PASSPORT.id)) is expected
        assert bool(live.withheld[position]) is (expected is Freshness.WITHHELD)
    await look(filled, Site(PASSPORT, LICENCE, gives=[Unchanged(PASSPORT.url), LICENCE]), clock)
    clock.later(minutes=2)
    live = await filled.live()
    assert live.freshness(live.page(PASSPORT.id)) is Freshness.FRESH
    assert live.oldest_confirmed == clock.at - timedelta(minutes=2)


@pytest.mark.parametrize("opened", [False, True], ids=["as it opens", "later"])
async def test_a_page_that_is_too_old_is_silent_also_where_its_age_could_not_be_read(
    filled, clock, monkeypatch, opened
):
    """The database was away at that moment: the next question finds the page withheld, and no sooner one."""
    if opened:
        await filled.live()
    clock.later(days=366)
    index = filled if opened else Index(filled.catalog, filled.vectors, filled.embedder, now=clock)

    async def away():
        raise StorageFailed("the database is away")

    with monkeypatch.context() as patch, pytest.raises(StorageFailed):
        patch.setattr(index.catalog.checks, "all", away)
        await index.live()
    live = await index.live()
    assert live.freshness(live.page(PASSPORT.id)) is Freshness.WITHHELD


async def test_no_question_finds_a_version_before_its_pages_are_judged(filled, clock):
    """Those that come together as it opens, too."""
    clock.later(days=366)
    index = Index(filled.catalog, filled.vectors, filled.embedder, now=clock)
    found = []

    async def ask():
        live = await index.live()
        found.append(live.freshness(live.page(PASSPORT.id)))

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(ask)
    assert set(found) == {Freshness.WITHHELD}


def test_a_policy_that_cannot_be_used_says_what_is_wrong(tmp_path):
    """A misspelt value is named with its place; the shipped policy is whole."""
    shipped = IngestPolicy.load()
    assert shipped.owner and shipped.source and shipped.date
    own = tmp_path / "policy.toml"
    own.write_text(
        'owner = "me"\nsource = "here"\ndate = 2026-01-01\nage = []\n[versions]\nkeep_published = 0\n'
    )
    with pytest.raises(PolicyError, match=r"versions\.keep_published"):
        IngestPolicy.load(own)


def dated(told):
    """The page at another price, with what its server says of that text."""
    return replace(DEARER, validators=told)


async def test_a_text_that_waits_keeps_what_its_next_conditional_request_needs(filled, clock):
    """Until it answers, the old text stays the confirmed one; afterwards the source is asked with its tag."""
    clock.later(days=1)
    told = Validators(etag='"2"', last_modified="Tue, 24 Nov 2026 12:00:00 GMT")
    site = Site(PASSPORT, LICENCE, gives=[dated(told), Unchanged(LICENCE.url)])
    done = await refresh(filled, site, now=clock)
    check = (await filled.catalog.checks.all())[PASSPORT.id]
    assert (check.page_version, check.fetched_at, check.etag) == (PASSPORT.version, START, None)
    assert check.next_check_at > clock.at
    waiting = await filled.catalog.checks.waiting([DEARER.version])
    assert (waiting[DEARER.version].etag, waiting[DEARER.version].last_modified) == (
        told.etag,
        told.last_modified,
    )
    assert done.report.candidate == 2


async def test_a_later_look_takes_over_what_still_waits(filled, clock):
    """The next candidate holds both changes; a look that finds nothing new makes none."""
    clock.later(days=1)
    site = Site(PASSPORT, LICENCE, gives=[DEARER, Unchanged(LICENCE.url)])
    first = (await refresh(filled, site, now=clock)).report.candidate
    clock.later(days=3)
    site.gives |= {LICENCE.url: page("licence", "You must renew a licence every 5 years.")}
    second = (await refresh(filled, site, now=clock, gather=first)).report.candidate
    changed = (await filled.catalog.diff(await filled.catalog.live(), second)).pages
    assert {each.page.page.title for each in changed} == {"Passport", "Licence"}
    assert (await filled.catalog.version(second)).counts["changed"] == 2
    clock.later(days=30)
    assert (await refresh(filled, site, now=clock, gather=second)).report.candidate is None


async def test_a_page_that_moves_from_one_source_to_another_stays(index, clock):
    """One run over both: the source that lost it takes it out, the one that gives it puts it back."""
    await sync(Pages([PASSPORT, LICENCE, VOTE], name="first"), index, now=clock)
    sources = [
        Pages([LICENCE, VOTE], name="first"),
        Down("second"),
        Pages([PASSPORT], name="third", complete=False),
    ]
    report, by_source = await sync_all(sources, index, now=clock, note="all")
    assert report.failed == {"second": "the server is gone"}
    assert by_source["third"].added == [PASSPORT.url]
    assert PASSPORT.id in await index.catalog.manifest(report.candidate)
