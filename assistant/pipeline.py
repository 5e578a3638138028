"""From a question to its answer: the one place that knows the order of the steps.

    redact, screen → understand → retrieve → compose → verify → release → remember

Every way out is an `Outcome`; the stream ends with exactly one `Final`. A check that breaks ends like
one that fires: nothing unchecked is shown.
"""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from anyio import to_thread

from assistant.endings import Run
from assistant.errors import ModelError
from assistant.events import Final, Notice, Sources, Status
from assistant.model import Outcome
from assistant.release import releasable
from assistant.retrieve import retrieve
from assistant.screen import outcome_of, redact_and_screen
from assistant.topics import topic_state
from assistant.understand import understand
from assistant.verify import verify
from guardrails import Action
from ingest import IngestError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from assistant.assembly import Assistant
    from assistant.compose import Composer
    from assistant.events import Event
    from assistant.model import Question, Retrieved, Sentence


async def answer(question: Question, assistant: Assistant) -> AsyncIterator[Event]:
    """Answer `question`; events as they become true, then one `Final`."""
    run = Run(assistant, question)
    async for event in _events(question, assistant, run):
        if isinstance(event, Final):
            await assistant.remember(event.answer, run.screened)
        yield event


async def _events(question: Question, assistant: Assistant, run: Run) -> AsyncIterator[Event]:
    try:
        yield Status("screen")
        with run.timed("screen"):
            screened = run.screened = await to_thread.run_sync(
                lambda: redact_and_screen(question, redactor=assistant.redactor, policy=assistant.policy)
            )
    except Exception as error:  # noqa: BLE001 whatever a guard raises, the question goes no further
        yield run.failed(Outcome.ERROR_CHECK, error)
        return
    if screened.verdict.action is Action.REFUSE:
        yield run.refused(outcome_of(screened.verdict))
        return
    if screened.verdict.action is Action.CRISIS:
        if screened.verdict.notice is not None:
            yield Notice(screened.verdict.notice)
        if not screened.verdict.practical:
            yield run.finished()
            return
    try:
        yield Status("retrieve")
        with run.timed("retrieve"):
            snapshot = await assistant.index.live()
            topics = await assistant.topic_states()
            understood = understand(screened)
            run.retrieved = await to_thread.run_sync(
                lambda: retrieve(
                    understood, snapshot, assistant.index.embedder, threshold=assistant.threshold
                )
            )
    except IngestError as error:
        yield run.failed(Outcome.ERROR_INDEX, error)
        return
    yield Sources(run.listed())
    state = topic_state(run.retrieved, topics)
    run.topic_notice = state.reply(run.language)
    if state.off:
        yield run.switched_off()
        return
    if run.topic_notice is not None:
        yield Notice(run.topic_notice)
    if run.retrieved.relevant:
        yield Status("compose")
        async for sentence in _sentences(run.retrieved, assistant, run):
            yield run.shown(sentence)
    yield run.finished()


async def _sentences(retrieved: Retrieved, assistant: Assistant, run: Run) -> AsyncIterator[Sentence]:
    """Checked sentences of the first composer that succeeds; where a model fails, extracts complete it."""
    for composer in assistant.composers:
        try:
            with run.timed("compose"):
                async for sentence in _checked(composer, retrieved, assistant, run):
                    if composer is assistant.composers[0] or not run.has_quoted(sentence):
                        yield sentence
            if run.sentences:
                return
        except ModelError as error:
            run.degraded(composer.name, error)


async def _checked(
    composer: Composer, retrieved: Retrieved, assistant: Assistant, run: Run
) -> AsyncIterator[Sentence]:
    run.composing(composer)
    async with aclosing(composer.compose(retrieved)) as drafts:
        async for draft in drafts:
            verified = verify(draft, retrieved.snapshot, ground=assistant.ground)
            released = [each for each in verified if releasable(each, assistant.redactor)]
            run.dropped += not released
            for sentence in released:
                yield sentence
