"""Work asked of whoever asks while very many questions come from one network.

A browser or a program tries numbers until a derived key begins as it is told: about a second (the protocol of
ALTCHA 2, by the library `altcha`). A page without JavaScript waits. For neither has anybody to see, hear or
understand anything (decision 0068).
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import altcha
from anyio import to_thread

from web.problems import TooManyRequests
from web.quota import Limit
from web.rates import NetworkCrowded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from web.quota import Counted
    from web.rates import Asker, Rates
    from web.settings import Settings

ALGORITHM = "PBKDF2/SHA-256"
"""The browser's own cryptography does it beside the page: neither a worker nor foreign code is needed."""

ITERATIONS = 5_000
"""Of one trial: about two milliseconds, also for the service, which makes one."""

PREFIX = "00"
"""What the key begins with: one trial in 256."""

SECONDS = 60
"""How long a task may be handed in; as long as is remembered which were."""

WAIT_SECONDS, WAITED_SECONDS = 15, 600
"""What a page without JavaScript waits, and how long that counts."""

WAITS_A_MINUTE = 4
"""Questions a minute of one address that has waited instead."""

LONGEST = 4_000
"""Characters of a proof that are read."""


class ChallengeRequired(TooManyRequests):
    """Work is asked first: `task` as ALTCHA describes it, or a wait, for which `ticket` stands."""

    def __init__(self, seconds: int, task: Mapping[str, Any], ticket: str, quota: Mapping[str, str]) -> None:
        super().__init__(seconds, "network", quota)
        self.detail = "Very many questions come from this network. Work is asked of each question."
        self.task, self.ticket = task, ticket


@dataclass(frozen=True, slots=True)
class Proof:
    """What came with a question: a task's solution, or a ticket of whoever has waited."""

    solution: str = ""
    ticket: str = ""


class Challenges:
    """Gives tasks and looks at what comes back; replicas share `secret` and counters."""

    def __init__(
        self,
        settings: Settings,
        rates: Rates,
        told: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`told` hears what became of each: asked, worked or waited."""
        self.mode = settings.challenge
        given = settings.challenge_secret.get_secret_value()
        self._secret = given.encode() or secrets.token_bytes(32)
        self._rates, self._told, self._clock = rates, told, clock

    def required(self, address: str, quota: Mapping[str, str], proof: Proof) -> ChallengeRequired:
        """The error that asks for work; somebody who came back too early keeps the ticket."""
        self._told("asked")
        waited = self._waited(address, proof.ticket)
        kept = waited is not None and waited < WAIT_SECONDS
        ticket = proof.ticket if kept else self._ticket(address, int(self._clock()))
        seconds = WAIT_SECONDS - int(waited or 0) if kept else WAIT_SECONDS
        task = altcha.create_challenge(
            ALGORITHM,
            ITERATIONS,
            key_prefix=PREFIX,
            expires_at=int(self._clock()) + SECONDS,
            hmac_secret=self._secret,
        )
        return ChallengeRequired(max(1, seconds), task.to_dict(), ticket, quota)

    async def accepts(self, proof: Proof, address: str) -> bool:
        """Whether the work was done, once, or the wait waited."""
        how = "worked" if proof.solution else "waited"
        accepted = await (
            self._is_solved(proof.solution) if proof.solution else self._has_waited(proof, address)
        )
        if accepted:
            self._told(how)
        return accepted

    async def _has_waited(self, proof: Proof, address: str) -> bool:
        waited = self._waited(address, proof.ticket)
        if waited is None or not WAIT_SECONDS <= waited <= WAITED_SECONDS:
            return False
        return await self._rates.counts(Limit("waited", address, WAITS_A_MINUTE))

    async def _is_solved(self, solution: str) -> bool:
        """A task is looked at once: a wrong solution costs a sender as much as the service."""
        task = _task(solution) if len(solution) <= LONGEST else None
        if task is None or not await self._rates.counts(Limit("task", task, 1)):
            return False
        found = await to_thread.run_sync(altcha.verify_solution, solution, self._secret)
        return bool(found.verified)

    def _ticket(self, address: str, at: int) -> str:
        signed = hmac.digest(self._secret, f"{at} {address}".encode(), "sha256").hex()
        return f"{at}.{signed}"

    def _waited(self, address: str, ticket: str) -> float | None:
        """Seconds since the ticket was given to that address; None for one that was not."""
        at, _, _ = ticket.partition(".")
        if not at.isascii() or not at.isdigit() or len(at) > 12:
            return None
        if not hmac.compare_digest(ticket.encode(), self._ticket(address, int(at)).encode()):
            return None
        return self._clock() - int(at)


def _task(solution: str) -> str | None:
    """What names the task that is handed in, which its signature covers; None for what is no solution."""
    try:
        found = altcha.Payload.from_base64(solution).challenge.parameters.nonce
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, str) else None


async def counted(asker: Asker, proof: Proof, rates: Rates, challenges: Challenges) -> Counted:
    """Count one question; raises `TooManyRequests`, and `ChallengeRequired` where work is asked first.

    A key stands for somebody who is known, of whom none is asked.
    """
    if challenges.mode == "off" or asker.key is not None:
        return await rates.ask(asker)
    proven = await challenges.accepts(proof, asker.address)
    if challenges.mode == "always" and not proven:
        raise challenges.required(asker.address, {}, proof)
    try:
        return await rates.ask(asker, by_network=not proven and challenges.mode == "auto")
    except NetworkCrowded as crowded:
        raise challenges.required(asker.address, crowded.quota, proof) from None
