"""Nothing personal leaves: what stands on the cited page (an agency's phone number) does, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.model import Sentence
    from guardrails import Redactor


def releasable(sentence: Sentence, redactor: Redactor) -> bool:
    """Whether the sentence holds nothing personal beyond its own quotes; False if that cannot be told."""
    try:
        quotes = [citation.quote for citation in sentence.citations]
        return not redactor.redact(
            sentence.text, allow=[*quotes, sentence.text if sentence.cells else ""]
        ).findings
    except Exception:  # noqa: BLE001 a check that breaks must never let a sentence through
        return False
