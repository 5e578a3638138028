"""With every check broken or stuck in turn, nothing unsupported is ever shown."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from assistant import Assistant, ExtractiveComposer, Final, Guards, Question, answer
from assistant.cite import cite, shown
from assistant.errors import ModelError
from guardrails import Grounding, Policy, Redactor
from ingest import sync
from tests.doubles import Pages, page
from tests.loop_clock import LoopClock

pytestmark = pytest.mark.anyio

LIE = "A passport costs $900 and you need not pay it."
TRUTH = "A passport costs $100."
PAGE = page("passport", f"{TRUTH} You must pay by card.")


class Liar:
    """A composer whose words are wrong and whose citation is right."""

    name = "liar"
    prompt_digest = None

    async def compose(self, retrieved):
        stored = retrieved.snapshot.pages[0]
        block = retrieved.snapshot.blocks(stored)[0]
        yield replace(cite(stored, block, block.units[0]), text=LIE)


class Failing(Liar):
    """A model that is not there."""

    async def compose(self, retrieved):
        raise ModelError("down")
        yield


class Forger(Liar):
    """A composer that invents the quote itself."""

    name = "forger"

    async def compose(self, retrieved):
        async for sentence in super().compose(retrieved):
            forged = replace(sentence.citations[0], quote=LIE)
            yield replace(sentence, citations=(forged,))


def raising(*_, **__):
    """A check that breaks."""
    raise RuntimeError("broken")


@pytest.fixture
async def clock():
    """Lets a check take longer than any limit without anybody waiting for it."""
    moved = LoopClock(asyncio.get_running_loop())
    yield moved
    moved.release()


@pytest.fixture(params=["raises", "stuck"])
def fault(request, clock):
    """What a check does that fails: it breaks, or it hangs; None for one that works."""
    return {"raises": raising, "stuck": lambda *_, **__: clock.hang(), "works": None}[request.param]


@pytest.fixture(scope="module")
def guards():
    """The checks as they are built."""
    policy = Policy.load()
    return Guards(Redactor(policy), policy)


class Breaking:
    """A redactor that works for the question and fails on what leaves."""

    def __init__(self, works, fault):
        self._works = works
        self._fault = fault

    def redact(self, text, *, allow=None):
        if allow is None:
            return self._works.redact(text)
        self._fault()
        return self._works.redact(text, allow=allow)


async def asked(index, guards, *composers, now):
    """The answer, and every sentence that was shown on the way."""
    await sync(Pages([PAGE]), index, now=now)
    assistant = Assistant(index=index, guards=guards, composers=composers, check_seconds=60)
    events = [event async for event in answer(Question("How much does a passport cost?"), assistant)]
    finals = [event for event in events if isinstance(event, Final)]
    assert len(finals) == 1
    assert events[-1] is finals[0]
    return finals[0].answer


def supported(given):
    """Whether every sentence is the page's own, byte for byte."""
    return all(
        each.text == shown(each.citations[0].quote, each.kind)
        and PAGE.text[each.citations[0].start : each.citations[0].end] == each.citations[0].quote
        for each in given.sentences
    )


@pytest.mark.parametrize("fault", ["raises", "stuck", "works"], indirect=True)
async def test_a_lie_is_replaced_by_the_quote_whatever_becomes_of_the_check(index, guards, now, fault):
    """A grounding check that works, breaks or hangs: the page's own words are shown, never the lie."""
    checks = replace(guards, ground=fault) if fault else guards
    given = await asked(index, checks, Liar(), ExtractiveComposer(), now=now)
    assert given.outcome == "answered"
    assert TRUTH in [each.text for each in given.sentences]
    assert supported(given)


async def test_a_forged_quote_is_dropped(index, guards, now):
    """A quote that does not stand on the page carries nothing, even with no other composer."""
    given = await asked(index, guards, Forger(), now=now)
    assert (given.outcome, given.sentences) == ("error_check", ())
    assert given.sources, "the nearest pages are still listed"


async def test_when_the_last_check_fails_only_the_pages_own_words_remain(index, guards, now, fault):
    """Without the check of what leaves, no other words leave, even where they would be grounded."""
    lenient = replace(guards, ground=lambda *_: Grounding(True, (), ""))
    checks = replace(lenient, redactor=Breaking(guards.redactor, fault))
    given = await asked(index, checks, Liar(), now=now)
    assert (given.outcome, given.sentences) == ("error_check", ())
    assert [source.title for source in given.sources] == ["Passport"]
    given = await asked(index, checks, Failing(), ExtractiveComposer(), now=now)
    assert TRUTH in [each.text for each in given.sentences]
    assert supported(given)


async def test_a_question_that_cannot_be_checked_is_not_searched(index, guards, now, fault):
    """Where redaction itself fails, the question goes nowhere and is not repeated."""

    class Broken:
        def redact(self, text, **_):
            fault()
            return guards.redactor.redact(text)

    checks = replace(guards, redactor=Broken())
    given = await asked(index, checks, ExtractiveComposer(), now=now)
    assert (given.outcome, given.sentences, given.sources, given.question) == ("error_check", (), (), "")


async def test_an_identifier_split_over_two_sentences_does_not_leak(index, guards, now):
    """What is personal only together with what came before is held back."""

    class Splitting(Liar):
        async def compose(self, retrieved):
            stored = retrieved.snapshot.pages[0]
            block = retrieved.snapshot.blocks(stored)[0]
            for text in ("A passport costs $100, call me on 021 444", "8899 for a passport."):
                yield replace(cite(stored, block, block.units[0]), text=text)

    lenient = replace(guards, ground=lambda *_: Grounding(True, (), ""))
    given = await asked(index, lenient, Splitting(), now=now)
    said = " ".join(each.text for each in given.sentences)
    assert "021 444" in said, "the first half alone is no one's number"
    assert "8899" not in said
