"""A candidate version can be looked at, compared, published and given up; the live one answers meanwhile."""

from __future__ import annotations

import pytest

from ingest import Change, NotPublishable, PageFilter, StaleCandidate, UnknownPage, rebuild, sync
from tests.doubles import Pages, failed, page

pytestmark = pytest.mark.anyio

PASSPORT = page("passport", "You can renew a passport online.\n\n## Cost\n\nA passport costs $100.")
DEARER = page("passport", PASSPORT.text.replace("$100", "$120"))
LICENCE = page("licence", "You must renew a licence every 10 years.", agency="Transport", topic="driving")
VOTE = page("vote", "You can enrol to vote at 17.")


async def test_a_candidate_does_not_answer_until_it_is_published(index, now):
    """Ingest without publishing leaves the live text; publishing moves one pointer."""
    first = await sync(Pages([PASSPORT]), index, now=now)
    report = await sync(Pages([DEARER]), index, now=now, publish=False)
    assert (report.version, report.candidate) == (None, 2)
    assert (await index.live()).version == first.version
    assert (await index.open(2)).pages[0].page.text == DEARER.text
    await index.catalog.publish(2, now=now())
    assert (await index.live()).pages[0].page.text == DEARER.text


async def test_a_difference_names_the_passages_that_change(index, now):
    """An editor sees the edited passage before and after, and not the untouched one."""
    await sync(Pages([PASSPORT, LICENCE]), index, now=now)
    moved = page("licence", LICENCE.text, agency="NZTA", topic="driving")
    await sync(Pages([DEARER, moved, VOTE]), index, now=now, publish=False)
    found = await index.catalog.diff(1, 2)
    licence, passport, vote = found.pages
    assert passport.change is Change.CHANGED and len(passport.passages) == 1
    assert passport.passages[0].before.text == "A passport costs $100."
    assert passport.passages[0].after.text == "A passport costs $120."
    assert licence.metadata == {"agency": ("Transport", "NZTA")} and licence.passages == ()
    assert vote.change is Change.ADDED and vote.passages[0].before is None
    assert found.page_counts == {"added": 1, "changed": 2, "removed": 0}
    back = await index.catalog.diff(2, 1)
    assert back.page_counts == {"added": 0, "changed": 2, "removed": 1}


async def test_a_candidate_built_on_an_older_version_is_not_published_by_mistake(index, now):
    """Two editors' candidates: the second says so, and takes the first one's changes along when rebased."""
    await sync(Pages([PASSPORT, LICENCE], complete=False), index, now=now)
    await sync(Pages([DEARER], complete=False), index, now=now, publish=False)
    await sync(Pages([VOTE], complete=False), index, now=now, publish=False)
    await index.catalog.publish(2, now=now())
    with pytest.raises(StaleCandidate, match="built on version 1, and 2 answers now"):
        await index.catalog.publish(3, now=now())
    await index.catalog.rebase(3)
    await index.catalog.publish(3, now=now())
    assert {each.page.text for each in (await index.live()).pages} == {DEARER.text, LICENCE.text, VOTE.text}


async def test_edits_can_be_gathered_in_one_candidate(index, now):
    """A second run onto a candidate holds the first one's changes too."""
    await sync(Pages([PASSPORT, LICENCE], complete=False), index, now=now)
    await sync(Pages([DEARER], complete=False), index, now=now, publish=False)
    report = await sync(Pages([VOTE], complete=False), index, now=now, publish=False, onto=2)
    assert (await index.catalog.diff(1, report.candidate)).page_counts == {
        "added": 1,
        "changed": 1,
        "removed": 0,
    }


async def test_only_candidates_can_be_published_or_discarded(index, now):
    """A published version is not published twice, a discarded one never."""
    await sync(Pages([PASSPORT]), index, now=now)
    await sync(Pages([DEARER]), index, now=now, publish=False)
    await index.catalog.discard(2)
    for number in (1, 2):
        with pytest.raises(NotPublishable):
            await index.catalog.publish(number, now=now())
    with pytest.raises(NotPublishable, match="is published"):
        await index.catalog.discard(1)


async def test_a_discarded_candidate_hides_no_change_from_the_next_run(index, now):
    """What a source said while a candidate was built does not count as known once that is given up."""
    source = Pages([PASSPORT, LICENCE])
    await sync(source, index, now=now)
    await sync(Pages([DEARER]), index, now=now, publish=False)
    await index.catalog.discard(2)
    report = await sync(Pages([DEARER]), index, now=now)
    assert report.changed == [PASSPORT.url]
    assert report.removed == [LICENCE.url]


async def test_history_tells_which_versions_hold_which_text(index, now):
    """Each stored text of a page comes with the versions of the index that hold it."""
    await sync(Pages([PASSPORT], complete=False), index, now=now)
    await sync(Pages([LICENCE], complete=False), index, now=now)
    await sync(Pages([DEARER], complete=False), index, now=now)
    await index.catalog.rollback(2)
    old, new = await index.catalog.history(PASSPORT.id)
    assert (old.stored.page.text, old.held_by, old.live) == (PASSPORT.text, (1, 2), True)
    assert (new.stored.page.text, new.held_by, new.live) == (DEARER.text, (3,), False)
    with pytest.raises(UnknownPage):
        await index.catalog.history("0" * 16)


async def test_pages_are_listed_by_words_and_filters(index, now):
    """An editor finds pages by a word of their text, by agency, topic and by what went wrong."""
    await sync(Pages([PASSPORT, LICENCE, VOTE], complete=False), index, now=now)
    await sync(Pages([failed("vote")], complete=False), index, now=now)

    async def titles(**wanted: object) -> list[str]:
        return [row.title for row in (await index.catalog.list_pages(PageFilter(**wanted))).pages]

    assert await titles() == ["Licence", "Passport", "Vote"]
    assert await titles(text="COSTS $100") == ["Passport"]
    assert await titles(text="$100 passport") == ["Passport"]
    assert await titles(text="$100 licence-plate") == []
    assert await titles(agency="Transport") == await titles(topic="driving") == ["Licence"]
    assert await titles(problem=True) == ["Vote"]
    found = await index.catalog.list_pages(PageFilter(), offset=1, limit=1)
    assert (found.total, found.agencies, found.pages[0].title) == (3, ("Transport",), "Passport")
    vote = (await index.catalog.list_pages(PageFilter(problem=True))).pages[0]
    assert (vote.problem, vote.failures) == ("HTTP 500", 1)
    assert vote.next_check_at > vote.checked_at == now()


async def test_a_change_of_cutting_builds_a_full_new_version_while_the_old_one_serves(index, embedder, now):
    """A release that cuts pages differently serves the old version until the next ingest has cut anew."""
    await sync(Pages([PASSPORT, LICENCE]), index, now=now)
    embedder.embedded.clear()
    index.cutting = "headings-64-v9"
    assert len((await index.live()).passages) == 3
    report = await sync(Pages([PASSPORT, LICENCE]), index, now=now)
    assert (report.counts["rebuilt"], report.counts["unchanged"]) == (2, 2)
    assert embedder.embedded == []
    live = await index.live()
    assert (live.version, len(live.passages)) == (report.version, 3)
    assert (await index.catalog.version(live.version)).chunker == "headings-64-v9"


async def test_rebuilding_reads_no_source(index, embedder, now):
    """All pages are cut and embedded anew from what is stored."""
    await sync(Pages([PASSPORT, LICENCE]), index, now=now)
    report = await rebuild(index, now=now, publish=False)
    assert report.rebuilt == 2
    assert (await index.catalog.diff(1, report.candidate)).pages == ()
