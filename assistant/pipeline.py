"""From a question to its answer: the one place that knows the order of the steps.

    redact, screen → understand → retrieve → compose → verify → release → remember

Every way out is an `Outcome`; the stream ends with exactly one `Final`. A check that breaks or takes too
long ends like one that fires: nothing unchecked is shown.
"""

from __future__ import annotations

from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING

from anyio import to_thread

from assistant.clarify import clarify
from assistant.endings import Ended, Run
from assistant.errors import ModelError, RerankerError
from assistant.events import Notice, Sources, Status, repeated
from assistant.limits import within
from assistant.model import Outcome
from assistant.release import released
from assistant.retrieve import prepare, retrieve
from assistant.screen import outcome_of, redact_and_screen_by_rules, screen_meaning
from assistant.switches import Level
from assistant.topics import topic_state
from assistant.understand import understand
from assistant.verify import is_quoted, verify
from guardrails import Action
from ingest import IngestError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from assistant.assembly import Assistant
    from assistant.compose import Composer
    from assistant.conditions import Conditions
    from assistant.events import Event
    from assistant.model import Answer, Question, Retrieved, Screened, Sentence
    from assistant.rerank import Reranker


async def answer(question: Question, assistant: Assistant) -> AsyncIterator[Event]:
    """Answer `question`; events as they become true, then one `Final`."""
    run = Run(assistant, question)
    try:
        async for event in _steps(question, assistant, run):
            yield event
        final = run.finished()
    except Ended as ending:
        final = ending.final
    except Exception as error:  # noqa: BLE001 whatever breaks, the citizen is told and the stream ends properly
        final = run.failed(Outcome.ERROR_INTERNAL, error)
    if assistant.cache is not None and run.cache_key and not run.weakened and not final.answer.cached:
        await assistant.cache.keep(run.cache_key, final.answer)
    await assistant.remember(final.answer, run.screened)
    yield final


async def _steps(question: Question, assistant: Assistant, run: Run) -> AsyncIterator[Event]:
    yield Status("screen")
    screened = await _screen(question, assistant, run)
    if run.in_crisis:
        if screened.verdict.notice is not None:
            yield Notice(screened.verdict.notice, urgent=True)
        if not screened.verdict.practical:
            return
    yield Status("retrieve")
    conditions = await _conditions(assistant, run)
    if (known := await _known(screened, conditions, assistant, run)) is not None:
        for event in repeated(known):
            yield event
        raise Ended(run.repeated(known))
    retrieved = await _retrieve(screened, conditions, assistant, run)
    yield Sources(run.listed())
    if run.topic_notice is not None:
        yield Notice(run.topic_notice)
    if not run.in_crisis and (asked := clarify(retrieved)) is not None:
        raise Ended(run.asked_back(*asked))
    if retrieved.relevant:
        async for event in _composed(retrieved, assistant, run):
            yield event


async def _screen(question: Question, assistant: Assistant, run: Run) -> Screened:
    """Nothing that a guard has not passed goes further."""
    guards = assistant.guards
    steps: list[Screened] = []

    def check() -> None:
        steps.append(redact_and_screen_by_rules(question, guards=guards))
        steps.append(screen_meaning(steps[0], guards=guards))

    with run.timed("screen"):
        try:
            await within(assistant.check_seconds, check)
        except Exception as error:  # noqa: BLE001 whatever a guard raises, the question goes no further
            _ruled(steps, run, error)
    screened = run.screened = steps[-1]
    if screened.verdict.action is Action.REFUSE:
        raise Ended(run.refused(outcome_of(screened.verdict)))
    return screened


def _ruled(steps: list[Screened], run: Run, error: Exception) -> None:
    """A rule that fired holds where the meaning cannot be read; without one the question goes no further."""
    if steps:
        run.screened = steps[0]
    if not steps or steps[0].verdict.action is Action.PASS:
        raise Ended(run.failed(Outcome.ERROR_CHECK, error)) from error
    run.degraded("meaning", error)


async def _conditions(assistant: Assistant, run: Run) -> Conditions:
    """The version that is live now, and what people have switched and set."""
    with run.timed("conditions"):
        try:
            conditions = await assistant.conditions()
        except IngestError as error:
            raise Ended(run.failed(Outcome.ERROR_INDEX, error)) from error
    run.composers = assistant.composers_under(conditions)
    return conditions


async def _known(screened: Screened, conditions: Conditions, assistant: Assistant, run: Run) -> Answer | None:
    """The answer that the question was given a short while ago, where nothing has changed since."""
    if assistant.cache is None:
        return None
    run.cache_key = assistant.cache_key(screened, conditions)
    return await assistant.cache.find(run.cache_key)


async def _retrieve(screened: Screened, conditions: Conditions, assistant: Assistant, run: Run) -> Retrieved:
    """The pages; where answering is off, or the topic, it ends here."""
    with run.timed("retrieve"):
        try:
            retrieved = run.retrieved = await _found(screened, conditions, assistant, run)
        except IngestError as error:
            raise Ended(run.failed(Outcome.ERROR_INDEX, error)) from error
    assistant.on_retrieved(retrieved)
    if Level.ANSWERING in conditions.off:
        raise Ended(run.paused())
    state = topic_state(retrieved, conditions.topics)
    run.topic_notice = state.reply(run.language)
    if state.off:
        raise Ended(run.switched_off())
    return retrieved


async def _found(screened: Screened, conditions: Conditions, assistant: Assistant, run: Run) -> Retrieved:
    """What retrieval finds; where a reranker fails, without it. Raises `IngestError`.

    A page that an editor puts first must not cost a question its answer: where nothing relevant comes of
    it, the pages are taken as found.
    """
    embedder, preferred = assistant.index.embedder, conditions.preferred

    def find(reranker: Reranker | None) -> Retrieved:
        find_with = partial(
            retrieve,
            understand(screened),
            conditions.snapshot,
            embedder,
            threshold=assistant.threshold_on(conditions.snapshot),
            mix=assistant.retrieval,
            reranker=reranker,
        )
        found = find_with(weigh=preferred)
        if preferred.lifts and not found.relevant:
            as_found = find_with(weigh=preferred.hiding_only)
            found = as_found if as_found.relevant else found
        return prepare(found, embedder)

    try:
        return await to_thread.run_sync(find, assistant.reranker)
    except RerankerError as error:
        run.degraded("reranker", error)
        return await to_thread.run_sync(find, None)


async def _composed(retrieved: Retrieved, assistant: Assistant, run: Run) -> AsyncIterator[Event]:
    """The answer, with a warning where due."""
    if (doubt := run.doubts(retrieved)) is not None:
        yield Notice(doubt)
    yield Status("compose")
    async for sentence in _sentences(retrieved, assistant, run):
        yield run.shown(sentence)


async def _sentences(retrieved: Retrieved, assistant: Assistant, run: Run) -> AsyncIterator[Sentence]:
    """Checked sentences of the first composer that succeeds; where a model fails, extracts complete it."""
    for composer in run.composers:
        try:
            with run.timed("compose"):
                async for sentence in _checked(composer, retrieved, assistant, run):
                    if composer is run.composers[0] or not run.has_quoted(sentence):
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
            passed = await _approved(draft, retrieved, assistant, run)
            run.dropped += not passed
            for sentence in passed:
                yield sentence


async def _approved(
    draft: Sentence, retrieved: Retrieved, assistant: Assistant, run: Run
) -> tuple[Sentence, ...]:
    """The draft, its quotes in its place, or nothing: also where a check takes too long.

    A page's own words after a page's own words hold nothing that the page does not publish: decision 0080.
    """
    if is_quoted(draft) and not run.rephrased:
        return verify(draft, retrieved.snapshot)

    def check() -> tuple[Sentence, ...]:
        verified = verify(draft, retrieved.snapshot, ground=assistant.guards.ground)
        return released(verified, assistant.guards.redactor, before=run.text)

    run.rephrased = True
    try:
        return await within(assistant.check_seconds, check)
    except TimeoutError as error:
        run.degraded("check", error)
        return ()
