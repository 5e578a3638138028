"""Questions from a file of JSON lines, in the shapes that evaluation sets come in."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant import QuestionError, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Line:
    """One question of a file."""

    id: str
    text: str
    history: tuple[Turn, ...] = ()
    language: str | None = None


def read_lines(path: Path) -> Iterator[Line]:
    """Each line as a question; raises `QuestionError` with the line's number for one that is none."""
    try:
        handle = sys.stdin if str(path) == "-" else path.open(encoding="utf-8")
    except OSError as error:
        raise QuestionError(
            f"{path} cannot be read: {error.strerror}", what_to_do="Check the path."
        ) from error
    with handle:
        for number, raw in enumerate(handle, start=1):
            if raw.strip():
                yield _line(raw, number)


def _line(raw: str, number: int) -> Line:
    hint = 'Each line is a JSON object such as {"id": "1", "question": "How do I enrol to vote?"}.'
    try:
        data: Any = json.loads(raw)
    except json.JSONDecodeError as error:
        raise QuestionError(f"line {number} is not JSON: {error.msg}", what_to_do=hint) from error
    if not isinstance(data, dict) or not isinstance(data.get("question"), str):
        raise QuestionError(f'line {number} has no "question"', what_to_do=hint)
    return Line(
        id=str(data.get("id", number)),
        text=data["question"],
        history=tuple(_turns(data.get("history") or [], number)),
        language=data.get("language") if data.get("language") in {"en", "mi"} else None,
    )


def _turns(history: Any, number: int) -> Iterator[Turn]:
    """Earlier questions: plain texts, {"question"} objects, or chat messages (only the person's)."""
    if not isinstance(history, list):
        raise QuestionError(
            f'line {number}: "history" is not a list', what_to_do="Give a list of earlier questions."
        )
    for each in history:
        if isinstance(each, str):
            yield Turn(each)
        elif isinstance(each, dict) and isinstance(each.get("question"), str):
            yield Turn(each["question"])
        elif isinstance(each, dict) and each.get("role") == "user" and isinstance(each.get("content"), str):
            yield Turn(each["content"])
