"""What may be asked a minute: limits, what is left of them, and the port of whatever counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

WINDOW = 60
"""Seconds of the moving window that every limit is counted in."""


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` questions a window for one `who` of a `level`: address, session or key."""

    level: str
    who: str
    most: int


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of a limit for the next `seconds`, when the oldest question leaves the window."""

    level: str
    most: int
    left: int
    seconds: int

    @property
    def policy(self) -> str:
        """As draft-ietf-httpapi-ratelimit-headers-09 (March 2025) writes an item of RateLimit-Policy."""
        return f'"{self.level}";q={self.most};w={WINDOW}'

    @property
    def state(self) -> str:
        """As the same draft writes an item of RateLimit."""
        return f'"{self.level}";r={self.left};t={self.seconds}'


@dataclass(frozen=True, slots=True)
class Counted:
    """Whether one more question was counted, and the quotas after it."""

    allowed: bool
    quotas: tuple[Quota, ...]

    @property
    def headers(self) -> dict[str, str]:
        """The quotas as response headers."""
        return {
            "RateLimit-Policy": ", ".join(each.policy for each in self.quotas),
            "RateLimit": ", ".join(each.state for each in self.quotas),
        }


class CountersAway(Exception):
    """Whatever counts for all replicas cannot be reached."""


class Counters(Protocol):
    """Counts questions of the last minute, and a day's tokens. Every method raises `CountersAway`."""

    async def count(self, limits: Sequence[Limit]) -> Counted:
        """Count a question under every limit, or under none where one of them is full."""
        ...

    async def tokens(self) -> int:
        """Tokens that the model has used today (UTC)."""
        ...

    async def spend(self, tokens: int) -> None:
        """Count tokens that the model used."""
        ...
