"""The gate before publishing: a verdict on how a candidate answers.

Any object with `name` and `judge` can be plugged in at the composition root.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from web.editing.report import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.editing.report import Comparison

__all__ = ["Gate", "UnbrokenAnswers", "Verdict"]

NAMED = 5
"""Questions that a reason names; the page shows them all."""


class Gate(Protocol):
    """Says whether a version may be published."""

    @property
    def name(self) -> str: ...

    async def judge(self, comparisons: Sequence[Comparison]) -> Verdict:
        """The verdict on all affected questions, also those whose answers do not change."""
        ...


class UnbrokenAnswers:
    """Passes where every citation verifies and no case of a suite that passed fails."""

    name = "unbroken answers"

    async def judge(self, comparisons: Sequence[Comparison]) -> Verdict:
        """The reasons name the questions."""
        unverified = [each for each in comparisons if not each.after.verified]
        broken = [each for each in comparisons if each.broken]
        lost = [each for each in comparisons if each.asking.times and each.lost]
        reasons = [
            *_told("A citation does not verify", unverified),
            *_told("A case that passed now fails", broken),
        ]
        warnings = _told("People ask this, and it would no longer be answered", lost)
        return Verdict(not reasons, self.name, tuple(reasons), tuple(warnings))


def _told(what: str, comparisons: Sequence[Comparison]) -> list[str]:
    told = [f"{what}: “{each.asking.question}”" for each in comparisons[:NAMED]]
    more = len(comparisons) - NAMED
    return [*told, f"{what}: {more} more"] if more > 0 else told
