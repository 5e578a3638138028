"""What an editor should look at in a version: pages that repeat or contradict one another, and old ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.contradictions import Contradiction, contradictions
from ingest.policy import Freshness

if TYPE_CHECKING:
    from ingest.model import StoredPage
    from ingest.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two pages that say nearly the same; `newer` is the one that is shown first, where dates tell."""

    first: StoredPage
    second: StoredPage
    alike: float
    newer: str | None
    """Page id."""


@dataclass(frozen=True, slots=True)
class Checked:
    """All that was found in one version."""

    version: int
    duplicates: tuple[Duplicate, ...]
    contradictions: tuple[Contradiction, ...]
    stale: tuple[StoredPage, ...]
    """Pages that answer with the label that they were not confirmed for long."""
    withheld: tuple[StoredPage, ...]
    """Pages that are too old to answer."""

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to look at."""
        return not (self.duplicates or self.contradictions or self.stale or self.withheld)


def check(snapshot: Snapshot) -> Checked:
    """Look through `snapshot`; a first look takes about a second for 10,000 passages: not on the event loop.

    What pages contradict is worked out once a version; how old they are, each time.
    """
    pages = {page.id: page for page in snapshot.pages}
    duplicates = tuple(
        Duplicate(
            pages[pair.first], pages[pair.second], pair.alike, _newer(pages[pair.first], pages[pair.second])
        )
        for pair in snapshot.duplicates
    )
    aged = {page.id: snapshot.freshness(page) for page in snapshot.pages}
    return Checked(
        version=snapshot.version,
        duplicates=duplicates,
        contradictions=snapshot.once("contradictions", lambda: tuple(contradictions(snapshot))),
        stale=tuple(page for page in snapshot.pages if aged[page.id] is Freshness.STALE),
        withheld=tuple(page for page in snapshot.pages if aged[page.id] is Freshness.WITHHELD),
    )


def _newer(first: StoredPage, second: StoredPage) -> str | None:
    one, two = first.page.last_updated, second.page.last_updated
    if one is None or two is None or one == two:
        return None
    return first.id if one > two else second.id
