"""What sort of thing answers a question, by cues in its words (`words/kinds.toml`)."""

from __future__ import annotations

from assistant.model import QuestionKind
from assistant.words import cues
from ingest import words


def kinds_of(text: str) -> tuple[QuestionKind, ...]:
    """Every kind whose cue is there, in the order in which the cues decide."""
    folded = " ".join(words(text)) if "$" not in text else text.casefold()
    found = tuple(QuestionKind(kind) for kind, pattern in cues().items() if pattern.search(folded))
    return found or (QuestionKind.OTHER,)
