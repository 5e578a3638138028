"""What the answer stream tells, in order: steps, notices, pages and sentences as they come; one final."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.model import Answer, Listed, Outcome, Sentence
from guardrails import Reply


@dataclass(frozen=True, slots=True)
class Status:
    """A step has begun."""

    step: str


@dataclass(frozen=True, slots=True)
class Sources:
    """Pages were found, best first."""

    sources: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Fixed words that come before the sentences; `urgent` is help in a crisis."""

    reply: Reply
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class SentenceReady:
    """A sentence passed its checks."""

    index: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Final:
    """The whole answer; nothing follows."""

    answer: Answer


def repeated(answer: Answer) -> Iterator[Event]:
    """What the stream tells of an answer that was given before, up to its final event."""
    yield Sources(answer.sources)
    for notice in answer.notices:
        yield Notice(notice, urgent=answer.outcome is Outcome.CRISIS)
    if answer.sentences:
        yield Status("compose")
    for index, sentence in enumerate(answer.sentences):
        yield SentenceReady(index, sentence)


Event = Status | Notice | Sources | SentenceReady | Final
