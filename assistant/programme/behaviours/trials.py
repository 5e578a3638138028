"""Trials with providers: what must be agreed before one is approved, and reported before it is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.programme.lookup import Lookup
    from assistant.programme.records import Record

NEEDED = {"terms": "terms", "data_classes": "data classes", "starts": "a first day", "ends": "a last day"}


async def check_trial(_records: Lookup, trial: Record, move: str) -> str | None:
    """What stands in the way of a move of `trial`, or None."""
    if move in {"approve", "start"}:
        missing = [words for name, words in NEEDED.items() if not trial.values.get(name)]
        if missing:
            return f"the trial still needs: {', '.join(missing)}"
        if trial.values["ends"] < trial.values["starts"]:
            return "the trial ends before it starts"
    if move == "close" and not trial.values.get("exit_report"):
        return "the trial has no exit report yet"
    return None
