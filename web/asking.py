"""What every way of asking (API, form, terminal) asks of a question before it is taken."""

from __future__ import annotations

import unicodedata

from assistant import QuestionError

LONGEST = 2_000
"""Characters; longer than any question in the suites, shorter than a page pasted by mistake."""


def check_question(text: str) -> str:
    """The question, composed (NFC) and stripped; raises `QuestionError` that says what to do."""
    if len(text) > LONGEST:
        raise QuestionError(
            f"the question has {len(text):,} characters; at most {LONGEST:,} can be read",
            what_to_do="Shorten it to what you want to know. Leave personal details out.",
        )
    clean = unicodedata.normalize("NFC", text).strip()
    if any(unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"} and c not in "\n\r\t" for c in clean):
        raise QuestionError("the question holds characters that are not text")
    if not clean:
        raise QuestionError("the question is empty")
    if not any(c.isalnum() for c in clean):
        raise QuestionError("the question holds no words")
    return clean
