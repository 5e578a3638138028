"""What readers say of answers, as it is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant import (
    Answer,
    Feedback,
    FeedbackError,
    FeedbackKind,
    Given,
    Outcome,
    Reason,
    Shares,
    UnknownShare,
)
from guardrails import Policy, Redactor
from ingest import create_tables, open_engine

pytestmark = pytest.mark.anyio

ANSWER = Answer(
    "a_1", Outcome.ANSWERED, "en", "This is what the pages say.", question="How do I renew a passport?",
    conversation_id="v_1",
)  # fmt: skip
REPORT = Given(
    FeedbackKind.REPORT, reasons=(Reason.WRONG,), comment="I am on bob@example.com and it is wrong"
)


class Clock:
    """A clock that is moved by hand."""

    def __init__(self, now):
        self.at = now()

    def __call__(self):
        return self.at


@pytest.fixture
def clock(now):
    return Clock(now)


@pytest.fixture
async def engine(tmp_path):
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'feedback.db'}")
    await create_tables(engine)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="module")
def redactor():
    return Redactor(Policy.load())


@pytest.fixture
def feedback(engine, clock, redactor):
    return Feedback(engine, redactor, keep_for=timedelta(days=90), now=clock)


async def test_a_report_holds_what_an_editor_needs_and_nothing_personal(feedback):
    """Question, answer, reasons and comment, the comment without the email address in it."""
    await feedback.give(REPORT, ANSWER)
    (item,) = await feedback.items(FeedbackKind.REPORT)
    assert (item.question, item.answer, item.reasons) == (ANSWER.question, ANSWER, (Reason.WRONG,))
    assert "bob@example.com" not in item.comment
    assert "it is wrong" in item.comment


async def test_a_rating_keeps_no_text_of_the_question(feedback):
    """That an answer helped is counted; what was asked is not kept with it."""
    await feedback.give(Given(FeedbackKind.RATING, helpful=True), ANSWER)
    (item,) = await feedback.items()
    assert (item.question, item.answer) == ("", None)
    assert (await feedback.ratings())[""].helpful == 1


async def test_a_second_thought_takes_the_place_of_the_first(feedback):
    """Nobody is counted twice."""
    await feedback.give(Given(FeedbackKind.RATING, helpful=True), ANSWER)
    await feedback.give(Given(FeedbackKind.RATING, helpful=False), ANSWER)
    counted = (await feedback.ratings())[""]
    assert (counted.helpful, counted.unhelpful) == (0, 1)


async def test_what_was_dealt_with_leaves_the_worklist(feedback):
    """A closed report says by whom and how; it cannot be closed twice."""
    identifier = await feedback.give(REPORT, ANSWER)
    await feedback.close(identifier, by="Aroha", note="page corrected")
    assert await feedback.items() == ()
    assert (await feedback.item(identifier)).closed_by == "Aroha"
    with pytest.raises(FeedbackError):
        await feedback.close(identifier, by="Aroha", note="again")


async def test_forgetting_takes_every_text_out(feedback):
    """After "forget this conversation" a report has no question, answer or comment."""
    identifier = await feedback.give(REPORT, ANSWER)
    await feedback.forget("v_1")
    item = await feedback.item(identifier)
    assert (item.question, item.answer, item.comment) == ("", None, "")


async def test_feedback_is_deleted_in_time(feedback, clock):
    """What is older than it may be is gone from the table once the sweep has run, and not before."""
    first = await feedback.give(REPORT, ANSWER)
    clock.at += timedelta(days=89)
    assert await feedback.expire() == 0
    clock.at += timedelta(days=2)
    assert await feedback.expire() == 1
    with pytest.raises(FeedbackError):
        await feedback.item(first)


async def test_a_comment_too_long_is_refused(feedback):
    """With the length that there may be."""
    with pytest.raises(FeedbackError, match="1,000"):
        await feedback.give(Given(FeedbackKind.REPORT, comment="x" * 1001), ANSWER)


async def test_a_shared_answer_has_no_conversation_and_can_be_taken_back(engine, clock):
    """The copy names no conversation; only its key removes it; it expires."""
    shares = Shares(engine, keep_for=timedelta(days=30), now=clock)
    identifier, key = await shares.share(ANSWER)
    shared = await shares.read(identifier)
    assert shared.answer.conversation_id is None
    assert shared.expires_at - shared.created_at == timedelta(days=30)
    with pytest.raises(UnknownShare):
        await shares.take_back(identifier, "not the key")
    await shares.take_back(identifier, key)
    with pytest.raises(UnknownShare):
        await shares.read(identifier)
    again, _ = await shares.share(ANSWER)
    clock.at += timedelta(days=31)
    with pytest.raises(UnknownShare):
        await shares.read(again)
    assert await shares.expire() == 1
