"""What a run tells while it works, and what it did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


class Progress(Protocol):
    """Told of each page as it is settled, and of how many to expect where that is known.

    A run stops where one of these raises; the live version stays.
    """

    def expect(self, pages: int | None) -> None: ...
    def page(self, outcome: str, url: str) -> None: ...
    def embedded(self, done: int, total: int) -> None:
        """So many of the texts that are at work now have their vectors; told again and again."""
        ...


@dataclass(slots=True)
class Report:
    """What a run did: addresses by outcome, the reason of each that was not taken, the version made."""

    version: int | None = None
    """The version that was published."""
    candidate: int | None = None
    """The version that was made and not published."""
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    gone: dict[str, str] = field(default_factory=dict)
    """Why each of `removed` was removed."""
    skipped: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    flagged: dict[str, str] = field(default_factory=dict)
    """Pages whose text tried to give orders or hid something, by what was taken out of them."""
    embedded: int = 0
    rebuilt: int = 0
    """Pages that were cut and embedded anew for a change of model or cutting."""

    def add(self, outcome: str, url: str, reason: str = "") -> None:
        """One more page is settled."""
        if outcome in ("skipped", "failed"):
            getattr(self, outcome)[url] = reason
            return
        getattr(self, outcome).append(url)
        if outcome == "removed":
            self.gone[url] = reason

    @property
    def counts(self) -> dict[str, int]:
        """How many of each outcome."""
        names = ("added", "changed", "unchanged", "removed", "skipped", "failed")
        return {name: len(getattr(self, name)) for name in names} | {
            "embedded": self.embedded,
            "rebuilt": self.rebuilt,
        }
