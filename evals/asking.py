"""Ask one case of an assistant as a citizen would, and keep what scoring needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from anyio import to_thread

from assistant import Answer, Final, Question, Turn, answer, cited_pages
from evals.trial import Asked, Checked, Found, Trial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant import Assistant, Citation, Retrieved
    from evals.suite import Case
    from guardrails import Redactor
    from ingest import Snapshot


async def ask(case: Case, assistant: Assistant, *, repeat: int = 0) -> Trial:
    """One trial of `case`: nothing is remembered or counted, and no editor has switched anything.

    Raises `RuntimeError` for a stream without a final event.
    """
    found: list[Retrieved] = []
    measured = replace(
        assistant,
        conversations=None,
        controls=assistant.controls and replace(assistant.controls, editors=False),
        asked=None,
        observe=None,
        on_retrieved=found.append,
    )
    history = await _played(case.history, replace(measured, on_retrieved=lambda _: None))
    given = await _final(Question(case.question, history), measured)
    retrieved = found[0] if found else None
    asked = Asked(
        answer=replace(given, id="", timings={}),
        ranked=_ranked(retrieved) if retrieved else (),
        citations=_checked(given, retrieved.snapshot) if retrieved else (),
        personal=await to_thread.run_sync(_personal, given, assistant.guards.redactor),
    )
    return Trial(case, asked, repeat, dict(given.timings))


async def _played(history: Sequence[str], assistant: Assistant) -> tuple[Turn, ...]:
    """The earlier questions, each answered after those before it, as a conversation would keep them."""
    turns: tuple[Turn, ...] = ()
    for each in history:
        given = await _final(Question(each, turns), assistant)
        turns = (*turns, Turn(each, cited_pages(given.sentences)))
    return turns


def without_personal(case: Case, redactor: Redactor) -> Case:
    """The case with its question and history redacted, as a log may hold it."""
    question = redactor.redact(case.question).text
    history = tuple(redactor.redact(each).text for each in case.history)
    return case.model_copy(update={"question": question, "history": history})


async def _final(question: Question, assistant: Assistant) -> Answer:
    async for event in answer(question, assistant):
        if isinstance(event, Final):
            return event.answer
    raise RuntimeError("the stream ended without a final event")


def _personal(given: Answer, redactor: Redactor) -> tuple[str, ...]:
    """Also of the question as it is kept: what redaction left there would be seen here."""
    quotes = [each.quote for sentence in given.sentences for each in sentence.citations]
    said = "\n".join([given.question, *(sentence.text for sentence in given.sentences)])
    return tuple(sorted({finding.type for finding in redactor.redact(said, allow=quotes).findings}))


def _ranked(retrieved: Retrieved) -> tuple[Found, ...]:
    return tuple(
        Found(
            page_id=each.page.id,
            url=each.page.page.url,
            slug=each.page.page.slug,
            title=each.page.page.title,
            score=round(each.score, 6),
            dense=round(each.dense, 6),
            lexical=round(each.lexical, 6),
        )
        for each in retrieved.pages
    )


def _checked(given: Answer, snapshot: Snapshot) -> tuple[Checked, ...]:
    return tuple(_check(each, snapshot) for sentence in given.sentences for each in sentence.citations)


def _check(citation: Citation, snapshot: Snapshot) -> Checked:
    stored = snapshot.page(citation.page_id)
    if stored is None:
        return Checked(citation.url, None, verifies=False)
    text = stored.page.text[citation.start : citation.end]
    verifies = bool(citation.quote) and text == citation.quote and stored.version == citation.page_version
    return Checked(citation.url, stored.page.slug, verifies)
