"""What one version of the index changes against another, down to the passages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING

from rapidfuzz.fuzz import ratio

from ingest.rows import load_pages
from ingest.versions import find_version, manifest_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from ingest.model import Passage, StoredPage

ALIKE = 50
"""Per cent of alike letters from which two passages in the same place are one that was edited."""

_BATCH = 500
_SHOWN = ("url", "title", "language", "agency", "topic", "last_updated", "origin", "audience", "reviewed")


class Change(StrEnum):
    """What became of a page or a passage."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class PassageChange:
    """A passage before and after; one of them is None where it was added or removed."""

    change: Change
    before: Passage | None
    after: Passage | None


@dataclass(frozen=True, slots=True)
class PageChange:
    """A page before and after, with the passages that differ.

    `metadata` names what else than its text differs: the values before and after, by field.
    """

    change: Change
    before: StoredPage | None
    after: StoredPage | None
    passages: tuple[PassageChange, ...]
    metadata: Mapping[str, tuple[str, str]]

    @property
    def page(self) -> StoredPage:
        """The page as it is now; as it was, where it was removed."""
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Difference:
    """What version `after` changes against version `before`, by address."""

    before: int | None
    after: int
    pages: tuple[PageChange, ...]

    @property
    def page_counts(self) -> dict[str, int]:
        """How many pages were added, changed and removed."""
        return _counted(page.change for page in self.pages)

    @property
    def passage_counts(self) -> dict[str, int]:
        """How many passages were added, changed and removed."""
        return _counted(passage.change for page in self.pages for passage in page.passages)


async def differ(connection: AsyncConnection, before: int | None, after: int) -> Difference:
    """What `after` changes against `before` (None: against nothing); raises `UnknownVersion`."""
    old = await manifest_of(connection, before) if before is not None else {}
    new = await manifest_of(connection, after)
    touched = [page for page in sorted(old.keys() | new.keys()) if old.get(page) != new.get(page)]
    olds = await _load(connection, before, [old[page] for page in touched if page in old])
    news = await _load(connection, after, [new[page] for page in touched if page in new])
    changes = [page_change(olds.get(old.get(page, "")), news.get(new.get(page, ""))) for page in touched]
    return Difference(before, after, tuple(sorted(changes, key=lambda each: each.page.page.url)))


def page_change(before: StoredPage | None, after: StoredPage | None) -> PageChange:
    """What differs between two versions of a page, one of which may be None."""
    if before is None or after is None:
        change = Change.ADDED if before is None else Change.REMOVED
        metadata = {}
    else:
        change = Change.CHANGED
        metadata = {
            name: (_shown(before, name), _shown(after, name))
            for name in _SHOWN
            if _shown(before, name) != _shown(after, name)
        }
    passages = _passage_changes(before.passages if before else (), after.passages if after else ())
    return PageChange(change, before, after, tuple(passages), metadata)


async def _load(
    connection: AsyncConnection, version: int | None, page_versions: Sequence[str]
) -> dict[str, StoredPage]:
    if version is None:
        return {}
    chunker = (await find_version(connection, version)).chunker
    found: dict[str, StoredPage] = {}
    for at in range(0, len(page_versions), _BATCH):
        found |= await load_pages(connection, page_versions[at : at + _BATCH], chunker)
    return found


def _passage_changes(before: Sequence[Passage], after: Sequence[Passage]) -> Iterator[PassageChange]:
    """Passages that stand in one and not in the other; those in the same place are paired."""
    matcher = SequenceMatcher(
        None, [(p.heading_path, p.text) for p in before], [(p.heading_path, p.text) for p in after], False
    )
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield from _paired(before[start:end], after[new_start:new_end])


def _paired(olds: Sequence[Passage], news: Sequence[Passage]) -> Iterator[PassageChange]:
    """Each new passage with the old one that it is most like, in order, if it is like one at all."""
    waiting = list(olds)
    for new in news:
        likest = max(waiting, key=lambda old: ratio(old.text, new.text), default=None)
        if likest is None or ratio(likest.text, new.text) < ALIKE:
            yield PassageChange(Change.ADDED, None, new)
            continue
        waiting.remove(likest)
        yield PassageChange(Change.CHANGED, likest, new)
    for old in waiting:
        yield PassageChange(Change.REMOVED, old, None)


def _shown(stored: StoredPage, name: str) -> str:
    value = getattr(stored.page, name)
    return "" if value is None else str(value)


def _counted(changes: Iterator[Change]) -> dict[str, int]:
    found = Counter(changes)
    return {change.value: found[change] for change in Change}
