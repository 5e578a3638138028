"""Nothing personal leaves: what stands on the cited page (an agency's phone number) does, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.model import Sentence
    from guardrails import Redactor

CONTEXT = 60
"""Characters of what was shown before that are read again, so that nothing leaks across a border."""


def released(sentences: Sequence[Sentence], redactor: Redactor, *, before: str) -> tuple[Sentence, ...]:
    """Those of `sentences` that may leave after the text `before`, in order."""
    kept: list[Sentence] = []
    for sentence in sentences:
        if _may_leave(sentence, redactor, before):
            kept.append(sentence)
            before = f"{before} {sentence.text}"
    return tuple(kept)


def _may_leave(sentence: Sentence, redactor: Redactor, before: str) -> bool:
    """Whether the sentence holds nothing personal beyond its quotes, also read with what came before it.

    False where that cannot be told.
    """
    quotes = [citation.quote for citation in sentence.citations]
    if sentence.cells or sentence.text in quotes:
        quotes.append(sentence.text)
    context = before[-CONTEXT:]
    try:
        found = redactor.redact(f"{context} {sentence.text}", allow=[*quotes, context]).findings
    except Exception:  # noqa: BLE001 a check that breaks must never let a sentence through
        return False
    return not any(finding.end > len(context) + 1 for finding in found)
