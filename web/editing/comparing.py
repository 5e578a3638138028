"""Questions answered under two versions of the index."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evals import Case, ask, load, score_all, shipped
from evals.subject import PinnedIndex
from web.editing.report import Asking, Comparison, Quoted, Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant import Answer, Asked, Assistant
    from ingest import Snapshot

FREQUENT = 200
"""Questions that people asked, the most frequent, that are answered under both versions."""


def on_version(assistant: Assistant, snapshot: Snapshot) -> Assistant:
    """The assistant on that version; it remembers, counts and tells nothing."""
    index = PinnedIndex(assistant.index, snapshot)
    return replace(assistant, index=index, conversations=None, asked=None, observe=None)


async def questions(suites: Sequence[str], asked: Asked | None) -> list[tuple[Asking, Case]]:
    """Every case of `suites` (without any: of all that ship), and what people ask most."""
    found: list[tuple[Asking, Case]] = []
    for suite in (load(each) for each in suites or shipped()):
        for case in suite.cases:
            key = f"{suite.name}/{case.id}"
            found.append((Asking(key, case.question, case.history, suite.name), case))
    for number, real in enumerate(await asked.all(limit=FREQUENT) if asked else []):
        case = Case(id=f"asked-{number}", question=real.text, language=real.language)
        found.append((Asking(case.id, real.text, (), "", real.times), case))
    return found


async def compare(
    asking: Asking, case: Case, before: Snapshot | None, after: Snapshot, assistant: Assistant
) -> Comparison:
    """One question under both versions."""
    old = None if before is None else await _shown(case, asking, before, assistant)
    return Comparison(asking, old, await _shown(case, asking, after, assistant))


async def _shown(case: Case, asking: Asking, snapshot: Snapshot, assistant: Assistant) -> Shown:
    trial = await ask(case, on_version(assistant, snapshot))
    verified = all(each.verifies for each in trial.asked.citations)
    if not asking.suite:
        return shown(trial.answer, verified=verified)
    sheet = score_all([trial])
    said = tuple(f"{check}: {sheet.row(0)[check].explanation}" for check in sheet.failing(0))
    return replace(shown(trial.answer, verified=verified, passed=sheet.passed[0]), failing=said)


def shown(given: Answer, *, verified: bool, passed: bool | None = None) -> Shown:
    """An answer as it is set beside another."""
    sentences = tuple(
        Quoted(each.text, each.citations[0].title, each.citations[0].url, each.citations[0].quote)
        if each.citations
        else Quoted(each.text, "", "", "")
        for each in given.sentences
    )
    return Shown(given.outcome, given.message, sentences, verified, passed)
