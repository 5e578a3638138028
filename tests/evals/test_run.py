"""Runs: kept, resumed, repeated for nothing, and the same to the byte."""

from __future__ import annotations

import threading
from dataclasses import replace

import anyio
import pytest

from assistant import ExtractiveComposer
from evals import (
    Case,
    Order,
    RunState,
    Suite,
    UnknownRun,
    dump_trial,
    parse_configuration,
    run,
    score_all,
    sheet_of,
    subject_of,
)
from evals.asking import ask
from evals.metrics.base import Better
from evals.run import BATCH
from ingest import sync
from tests.doubles import Pages, page

pytestmark = pytest.mark.anyio


class Watched(ExtractiveComposer):
    """Notes what it composed from."""

    def __init__(self):
        super().__init__()
        object.__setattr__(self, "seen", [])

    async def compose(self, retrieved):
        self.seen.append(retrieved)
        async for sentence in super().compose(retrieved):
            yield sentence


class Watch:
    """Notes how far it is, and stops after so many."""

    def __init__(self, stop_after=None):
        self.seen, self.stop_after = [], stop_after

    async def done(self, done, total):
        self.seen.append((done, total))

    def stopped(self):
        return self.stop_after is not None and bool(self.seen) and len(self.seen) > self.stop_after


def log(trials):
    """What two runs are compared by."""
    return [dump_trial(each) for each in trials]


def questions(subject):
    """What has been searched for so far."""
    return list(subject.assistant.index.embedder.embedded)


async def test_a_run_keeps_what_scoring_needs(suite, subject, runs):
    """The run's trials can be scored without an assistant, and its figures stand in the list."""
    number = await run(Order(suite), subject, runs)
    trials = await runs.trials(number)
    assert [each.case.id for each in trials] == [each.id for each in suite.cases]
    sheet = score_all(trials)
    assert sheet.figures["recall@1"].mean == 1
    assert sheet.figures["fact recall"].mean == 1
    done = await runs.run(number)
    assert (done.state, done.asked) == (RunState.FINISHED, 4)
    assert done.figures["fact recall"]["mean"] == 1
    assert [each.id for each in await runs.list("small")] == [number]


async def test_an_unchanged_case_is_not_asked_again(suite, subject, runs):
    """The second run asks nothing; a case whose expectation changed is only scored anew."""
    await run(Order(suite), subject, runs)
    before = questions(subject)
    changed = suite.cases[0].model_copy(update={"facts": ("$13",)})
    number = await run(Order(Suite("small", (changed, *suite.cases[1:]))), subject, runs)
    assert questions(subject) == before
    assert (await runs.run(number)).asked == 0
    assert score_all(await runs.trials(number)).figures["fact recall"].mean < 1


async def test_another_version_configuration_or_code_is_asked_again(suite, subject, small, runs, now):
    """What an answer rests on is part of its key."""
    await run(Order(suite), subject, runs)
    strict = await subject_of(small, parse_configuration("strict", "[threshold]\ncut = 1.0"))
    declined = await run(Order(suite), strict, runs)
    assert (await runs.run(declined)).asked == 4
    assert not any(each.answered for each in await runs.trials(declined))
    await sync(Pages([page("boat", "A boat licence costs $5.")], name="more"), small.index, now=now)
    assert (await runs.run(await run(Order(suite), await subject_of(small), runs))).asked == 4
    edited = await subject_of(small, code="edited")
    assert (await runs.run(await run(Order(suite), edited, runs))).asked == 4


async def test_two_runs_are_equal_to_the_byte(suite, subject, runs):
    """Asked afresh and in another order of work, the log is the same; only timings may differ."""
    first = await run(Order(suite, parallel=1), subject, runs)
    kept = log(await runs.trials(first))
    second = await run(Order(suite, parallel=4, fresh=True), subject, runs)
    assert (await runs.run(second)).asked == 4
    assert log(await runs.trials(second)) == kept
    assert "timings" not in kept[0].replace('"timings":{}', "")


async def test_a_run_that_broke_off_goes_on_where_it_stopped(subject, runs):
    """After a stop only the rest is asked; what was answered is not lost."""
    many = Suite("many", tuple(Case(id=str(n), question=f"kayak {n}") for n in range(3 * BATCH)))
    number = await run(Order(many, parallel=1), subject, runs, Watch(stop_after=1))
    assert (await runs.run(number)).state is RunState.STOPPED
    assert len(await runs.trials(number)) == BATCH
    watch = Watch()
    assert await run(Order(many, parallel=1, resume=number), subject, runs, watch) == number
    assert watch.seen[0] == (BATCH, 3 * BATCH)
    assert ((await runs.run(number)).state, len(await runs.trials(number))) == (RunState.FINISHED, 3 * BATCH)


async def test_what_does_not_fit_cannot_be_resumed(suite, subject, runs):
    """A run of other questions, or none at all, is told apart."""
    number = await run(Order(suite), subject, runs)
    with pytest.raises(UnknownRun, match="asked other questions"):
        await run(Order(suite, sample=2, resume=number), subject, runs)
    with pytest.raises(UnknownRun):
        await runs.trials(99)


async def test_a_sample_is_the_same_each_time_and_a_repeat_asks_anew(suite, subject, runs):
    """Two samples compare; repeats of a case are answers of their own."""
    sampled = [await run(Order(suite, sample=2), subject, runs) for _ in range(2)]
    ids = [[each.case.id for each in await runs.trials(number)] for number in sampled]
    assert ids[0] == ids[1] and len(ids[0]) == 2
    repeated = await run(Order(suite, sample=2, repeat=3), subject, runs)
    assert [each.repeat for each in await runs.trials(repeated)] == [0, 1, 2, 0, 1, 2]
    assert (await runs.run(repeated)).asked == 4


async def test_no_personal_information_is_kept_of_a_run(subject, runs):
    """An identifier in a case is asked, redacted by the assistant, and in no table afterwards."""
    case = Case(id="ird", question="my IRD number is 49-091-850, kayak?", history=("mail me at a@b.co.nz",))
    number = await run(Order(Suite("mine", (case,))), subject, runs)
    trial = (await runs.trials(number))[0]
    assert trial.answer.redacted == ("IRD_NUMBER",)
    assert "49-091-850" not in dump_trial(trial) and "a@b.co.nz" not in dump_trial(trial)


async def test_a_conversation_is_asked_as_it_would_have_gone(small):
    """Each earlier question is answered first: the last one rests on the pages that people were shown."""
    composer = Watched()
    case = Case(id="a", question="how do I get one", history=("kayak permit", "what is it"))
    await ask(case, replace(small, composers=(composer,)))
    first, *_, last = composer.seen
    assert not first.understood.screened.history
    assert [turn.question for turn in last.understood.screened.history] == ["kayak permit", "what is it"]
    assert last.understood.screened.history[0].page_ids == (first.pages[0].page.id,)


async def test_deleting_a_run_keeps_the_answers_that_others_use(suite, subject, runs):
    """The other run can still be scored."""
    first = await run(Order(suite, sample=2), subject, runs)
    second = await run(Order(suite), subject, runs)
    await runs.delete(second)
    assert len(await runs.trials(first)) == 2
    third = await run(Order(suite), subject, runs)
    assert (await runs.run(third)).asked == 2


async def test_a_run_stays_on_its_version_while_another_is_published(suite, small, runs, now):
    """A publication in the middle of a run does not mix two versions."""
    subject = await subject_of(small)
    await sync(Pages([page("boat", "A boat licence costs $5.")], name="more"), small.index, now=now)
    number = await run(Order(suite), subject, runs)
    assert {each.answer.index_version for each in await runs.trials(number)} <= {1, None}
    assert (await runs.run(number)).basis.index_version == 1


class Slow:
    """A metric that takes until `go`."""

    name, check, better = "slow", False, Better.NEITHER

    def __init__(self):
        self.begun, self.go = threading.Event(), threading.Event()

    def scores(self, trials):
        self.begun.set()
        assert self.go.wait(60)
        return [None] * len(trials)


async def test_others_are_answered_while_a_run_is_scored(suite, subject, runs):
    """A thousand answers take a second to score: the loop that everybody is answered on goes on."""
    number, slow = await run(Order(suite), subject, runs), Slow()
    async with anyio.create_task_group() as group:
        group.start_soon(sheet_of, runs, number, (slow,))
        while not slow.begun.is_set():
            await anyio.sleep(0.01)
        slow.go.set()
