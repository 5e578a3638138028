"""Citizens who keep asking while something breaks, and what each of them saw."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

QUESTIONS = ("How much does a standard passport cost?", "How do I renew a driver licence?")
ANSWERED = 20.0
"""Seconds that a citizen waits for an answer."""

PATIENCE = 120.0
"""Seconds that a test waits for what it is about."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One question: when it was sent, how it ended, and the conversation that was acknowledged."""

    at: float
    ended: str
    """The outcome of an answer, else the status or the connection's error."""
    seconds: float
    where: str = ""
    conversation: str = ""
    answer: str = ""


@dataclass
class Traffic:
    """One citizen after the other, at each of `addresses` in turn; a balancer's one retry is made."""

    addresses: Sequence[str]
    seen: list[Seen] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator[Traffic]:
        """Questions are asked for as long as this is open."""
        thread = threading.Thread(target=self._ask_on, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            thread.join(PATIENCE)

    def until(self, ended: str, *, count: int = 3) -> None:
        """Wait until the last `count` questions ended so; raises `AssertionError` after a while."""
        already, until = len(self.seen), time.monotonic() + PATIENCE
        while time.monotonic() < until:
            last = self.seen[already:][-count:]
            if len(last) == count and all(each.ended == ended for each in last):
                return
            time.sleep(0.05)
        raise AssertionError(f"not {ended}: {[each.ended for each in self.seen[-8:]]}")

    def back(self, since: float) -> float:
        """Seconds from `since` until the first answer after it."""
        return next(each.at + each.seconds - since for each in self.seen if each.at > since and _good(each))

    @property
    def endings(self) -> list[str]:
        """What citizens saw, each once."""
        return sorted({each.ended for each in self.seen})

    def lost(self, client: httpx.Client, before: float = float("inf"), after: float = float("inf")) -> int:
        """Answers given before the one moment, or asked for after the other, that are in no conversation."""
        gone = 0
        for each in self.seen:
            if each.conversation and (each.at + each.seconds < before or each.at > after):
                kept = client.get(f"/v1/conversations/{each.conversation}")
                gone += not (kept.is_success and each.answer in kept.text)
        return gone

    def _ask_on(self) -> None:
        addresses, questions = cycle(self.addresses), cycle(QUESTIONS)
        with httpx.Client(timeout=ANSWERED, trust_env=False) as client:
            while not self._stop.is_set():
                first = _ask(client, next(addresses), next(questions))
                again = len(self.addresses) > 1 and first.ended == "connection"
                self.seen.append(_ask(client, next(addresses), next(questions)) if again else first)
                time.sleep(0.02)


def _good(seen: Seen) -> bool:
    return seen.ended == "answered"


def _ask(client: httpx.Client, address: str, question: str) -> Seen:
    began = time.monotonic()
    try:
        response = client.post(f"{address}/v1/answers", json={"question": question})
    except httpx.HTTPError:
        return Seen(began, "connection", time.monotonic() - began, address)
    spent = time.monotonic() - began
    if not response.is_success:
        return Seen(began, str(response.status_code), spent, address)
    answer = response.json()
    return Seen(began, answer["outcome"], spent, address, answer["conversation_id"], answer["id"])
