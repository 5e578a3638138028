"""What a screening decides, and the fixed words that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Action(StrEnum):
    """What to do with a question."""

    PASS = "pass"
    REFUSE = "refuse"
    CRISIS = "crisis"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who can help. Each number was read at `source` (a URL) on `checked_on`."""

    name: str
    number: str | None
    text_number: str | None
    url: str
    hours: str | None
    source: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class Reply:
    """Fixed words of one category in one language ("en" or "mi").

    `reviewed` says whether a fluent speaker has approved the words.
    """

    language: str
    text: str
    contacts: tuple[Contact, ...]
    version: str
    reviewed: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision on one question, and the rule that took it.

    `category` is "" for an ordinary question. A pass may carry a `notice` to show with the answer.
    `practical` is true when a crisis question also asks for information that the service can answer.
    """

    action: Action
    category: str
    rule: str
    signals: tuple[str, ...] = ()
    notice: Reply | None = None
    practical: bool = False
