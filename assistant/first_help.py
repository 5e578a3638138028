"""Help for a person in danger whose question cannot be taken: the fixed words, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anyio import CapacityLimiter

from assistant.endings import Run
from assistant.events import Notice, Status
from assistant.limits import within
from assistant.screen import redact_and_screen_by_rules
from guardrails import Action

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from assistant.assembly import Assistant
    from assistant.events import Event, Final
    from assistant.model import Question

AT_ONCE = 2
"""Threads that look for danger beside those that answer: a crowd that is turned away takes no more."""

MOST_WAITING = 64
"""Beyond these nobody waits to be looked at: half a second at 16 ms for the longest question (measured)."""


class FirstHelp:
    """Reads what is about to be turned away by the written rules: no model, index or database is needed.

    It is bounded, so that questions without end, each turned away, cannot take the service from the others.
    """

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self._threads, self._most_waiting = CapacityLimiter(at_once), most_waiting

    async def look(self, question: Question, assistant: Assistant) -> Final | None:
        """The ending for somebody in danger, which is kept nowhere; None for everybody else.

        Also None where the rules fail, take too long, or too many wait to be looked at.
        """
        if self._threads.statistics().tasks_waiting >= self._most_waiting:
            return None
        run = Run(assistant, question)
        try:
            with run.timed("screen"):
                run.screened = await within(
                    assistant.check_seconds,
                    lambda: redact_and_screen_by_rules(question, guards=assistant.guards),
                    self._threads,
                )
        except Exception:  # noqa: BLE001 whatever a guard raises, the reason for turning away stands
            return None
        if run.screened.verdict.action is not Action.CRISIS:
            return None
        final = run.finished()
        assistant.on_answered(final.answer)
        return final


async def as_events(final: Final) -> AsyncIterator[Event]:
    """The ending as a stream that a reader follows as any other."""
    yield Status("screen")
    for notice in final.answer.notices:
        yield Notice(notice, urgent=True)
    yield final
