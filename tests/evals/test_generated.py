"""Test sets that ragas makes over the real protocol: drafts that a person reviews and adds."""

from __future__ import annotations

import asyncio
import gc
from datetime import date
from socket import socket

import pytest

pytest.importorskip("ragas", reason="needs the extra: pip install 'govt-assistant[evals]'")

from evals import EvalError, Site, SuiteError, load
from evals.drafts import REVIEW, add, write_cases
from evals.generated import excerpts, generate_drafts
from evals.judge import Judge
from evals.suite import parse
from ingest import sync
from tests.doubles import BagOfWords, Pages, page
from tests.scripted_judge import rambles, writes
from tests.scripted_model import serving

pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("ignore")]  # ragas warns of its own next version

TODAY = date(2026, 11, 27)
SITE = [
    page(
        "kayak-permit",
        "You need a permit for a kayak on every lake of the district, also when it is a borrowed one.\n\n"
        "A kayak permit costs $12 and is valid until the end of June, wherever you bought it.",
    ),
    page(
        "dog-licence",
        "You register your dog with the council of the place in which it lives, by the age of 3 months.\n\n"
        "A dog licence costs $60 a year, and half of that where somebody has a community services card.",
    ),
]


@pytest.fixture
async def live(index, now):
    """A small site with sentences that are long enough to ask about."""
    await sync(Pages(SITE), index, now=now)
    return await index.live()


async def test_drafts_are_made_reviewed_and_added(live, tmp_path):
    """A draft expects a sentence of its page, byte for byte; none is in a suite before a person says so."""
    given = excerpts(live, pages=2)
    assert {each.page for each in given} == {each.url for each in SITE}
    with serving(writes) as model:
        model.keeps_open = True
        judge = Judge("scripted", model.base_url, "x")
        drafts = generate_drafts(given, judge, BagOfWords(), size=3, today=TODAY)
        assert set(model.paths) == {"/v1/chat/completions"}
        sockets = [each for each in gc.get_objects() if isinstance(each, socket) and each.fileno() != -1]
        left = [each for each in sockets if f"raddr=('127.0.0.1', {model.server_port})" in repr(each)]
        assert not left, "ragas' event loops are gone, and with them every connection"
    assert not hasattr(asyncio, "_nest_patched"), "everything else in the process runs as before"
    assert drafts and all(each.facts and each.tags[REVIEW] for each in drafts)
    site = Site.of(SITE)
    file, suite = tmp_path / "drafts.jsonl", tmp_path / "suites" / "mine.jsonl"
    write_cases(drafts, file)
    with pytest.raises(SuiteError, match="take away the tag 'review'"):
        add(parse(str(file)), suite, site)
    reviewed = [each.model_copy(update={"author": "mere", "tags": {"kind": "fact"}}) for each in drafts]
    write_cases(reviewed, file)
    assert len(add(parse(str(file)), suite, site).added) == len(drafts)
    assert load("mine", suite.parent).cases == tuple(reviewed)


async def test_a_model_that_rambles_ends_with_what_to_do(live):
    """No half-made file: the error says what ragas needs of a model."""
    with serving(rambles) as model, pytest.raises(EvalError) as told:
        generate_drafts(
            excerpts(live, pages=1), Judge("scripted", model.base_url, "x"), BagOfWords(), size=1, today=TODAY
        )
    assert "writes the JSON" in told.value.what_to_do


async def test_pages_without_a_passage_to_ask_about_are_told(index, now):
    """Nobody waits for a model that has nothing to ask about."""
    await sync(Pages([page("short", "Closed.")]), index, now=now)
    given = excerpts(await index.live(), pages=5)
    with pytest.raises(EvalError, match="no page has a passage"):
        generate_drafts(given, Judge("m", None, "x"), BagOfWords(), size=1, today=TODAY)
