"""Commands that change the index go through the gate, as the console does."""

from __future__ import annotations

import pytest

from ingest import NotPublishable, Report, remove, sync
from tests.doubles import BagOfWords
from web.commands.content import ingest_source
from web.commands.gated import operator, settled
from web.editing.deciding import decide
from web.editing.errors import NeedsReason
from web.editing.handing_in import PageGiven
from web.main import now, services
from web.sources import HandedIn

pytestmark = pytest.mark.anyio

FEE = "## Passport fee\n\nA standard passport costs {fee}.\n\nPay the passport fee by card."


@pytest.fixture
async def built(settings, site):
    """The parts that a command works with, over one page that answers."""
    async with services(settings, BagOfWords()) as parts:
        done = await ingest(parts, given(site, FEE.format(fee="$200")))
        assert (done.report.version, done.check) == (1, None)
        yield parts


def given(site, text):
    """The passport page with that text."""
    page = PageGiven(url=f"{site.address}/passport", title="Passport fees", text=text)
    return HandedIn([page.page()])


async def ingest(parts, source, **options):
    """As the command does it."""
    return await ingest_source(source, parts, quiet=True, **options)


async def trail(parts):
    """What the newest entry says of the version that answers now."""
    return (await parts.access.audit.entries())[0].after


async def test_a_change_that_passes_answers_at_once(built, site):
    """The gate is asked, and the trail says that it passed."""
    done = await ingest(built, given(site, FEE.format(fee="$250")))
    assert (done.report.version, done.stopped) == (2, False)
    assert await built.catalog.live() == 2
    assert (await trail(built))["passed"] is True


async def test_rolling_back_asks_for_a_reason(built, site):
    """From the command line as in the console: without one, what answers answers on."""
    await ingest(built, given(site, FEE.format(fee="$250")))
    with pytest.raises(NeedsReason) as refused:
        await built.editing.rollback(1, "mere", " ")
    assert "--reason" in refused.value.what_to_do
    assert await built.catalog.live() == 2
    await built.editing.rollback(1, "mere", "the new fee is wrong")
    assert (await trail(built)) == {"live": 1, "reason": "the new fee is wrong"}


async def test_publishing_what_answers_already_tells_of_rolling_back(built, site):
    """No reason is asked for what cannot be done."""
    with pytest.raises(NotPublishable) as refused:
        await decide(1, operator(), "", built.editing)
    assert "index rollback 1 --reason WHY" in refused.value.what_to_do


async def test_a_change_that_the_gate_stops_waits(built, site):
    """What answered before answers on; with a reason the change answers all the same."""
    broken = given(site, "A passport is free. Ask at the counter.")
    done = await ingest(built, broken)
    assert (done.stopped, done.report.candidate) == (True, 2)
    assert await built.catalog.live() == 1
    forced = await ingest(built, broken, reason="the fee is gone since today")
    assert (forced.stopped, forced.report.version) == (False, await built.catalog.live())
    told = await trail(built)
    assert (told["reason"], bool(told["against the gate"])) == ("the fee is gone since today", True)


async def test_a_removal_waits_where_a_question_would_lose_its_answer(built, site):
    """As `index remove` does it: the page answers on."""
    urls = [f"{site.address}/passport"]
    report = await remove(urls, built.index, languages=("en",), now=now, publish=False)
    done = await settled(report, built, publish=True, quiet=True)
    assert (done.stopped, await built.catalog.live()) == (True, 1)


async def test_a_candidate_can_be_left_unchecked(built, site):
    """Without publishing nothing is asked and nothing changes."""
    done = await ingest(built, given(site, FEE.format(fee="$250")), publish=False)
    assert (done.check, done.report.candidate, await built.catalog.live()) == (None, 2, 1)


async def test_a_version_of_another_model_is_judged_alone(settings, built, site):
    """This process cannot answer with the model before; the report says so, and the version may answer."""
    async with services(settings, BagOfWords("another-model")) as parts:
        report: Report = await sync(given(site, FEE.format(fee="$250")), parts.index, now=now, publish=False)
        assert report.rebuilt or report.changed
        done = await settled(report, parts, publish=True, quiet=True)
        assert done.report.version == await parts.catalog.live() == 2
        assert "another model" in " ".join(done.check.verdict.warnings)
