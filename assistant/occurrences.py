"""Which parts of a page say a search key: an inverted index of one page, made when it is first asked about.

For every key it holds the positions of the parts that say it, so that a question costs as much as its own
keys occur, however much the page says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ingest import terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from ingest import Snapshot


class Occurrences:
    """Of search keys among the parts of a page, which are given as their keys."""

    def __init__(self, parts: Sequence[AbstractSet[str]]) -> None:
        self._size = len(parts)
        found: dict[str, list[int]] = {}
        for at, keys in enumerate(parts):
            for key in keys:
                found.setdefault(key, []).append(at)
        self._where = {key: tuple(places) for key, places in found.items()}

    def weighed(self, weights: Mapping[str, float]) -> list[float]:
        """For each part, the weights of the keys that it says, together."""
        found = [0.0] * self._size
        for key, weight in weights.items():
            for at in self._where.get(key, ()):
                found[at] += weight
        return found

    def saying(self, keys: Iterable[str]) -> NDArray[np.bool_]:
        """Which parts say one of `keys`: one value a part."""
        found = np.zeros(self._size, dtype=np.bool_)
        for key in keys:
            if places := self._where.get(key):
                found[list(places)] = True
        return found


def in_passages(snapshot: Snapshot, position: int) -> Occurrences:
    """Of the passages of the page at `position`, each with its title and headings."""

    def make() -> Occurrences:
        held = snapshot.pages[position].passages
        return Occurrences([frozenset(terms(each.search_text)) for each in held])

    return snapshot.once(("in passages", position), make)


def in_units(snapshot: Snapshot, position: int) -> Occurrences:
    """Of the units of the page at `position`."""
    return snapshot.once(("in units", position), lambda: Occurrences(_units(snapshot, position)))


def in_headings(snapshot: Snapshot, position: int) -> Occurrences:
    """The same for the heading that each unit stands under."""

    def make() -> Occurrences:
        paths = _paths(snapshot, position)
        return Occurrences([snapshot.keys_of(path[-1]) if path else frozenset() for path in paths])

    return snapshot.once(("in headings", position), make)


def in_headings_above(snapshot: Snapshot, position: int) -> Occurrences:
    """The same for all headings above each unit."""
    return snapshot.once(("in headings above", position), lambda: Occurrences(_above(snapshot, position)))


def in_units_or_above(snapshot: Snapshot, position: int) -> Occurrences:
    """The same for each unit together with all headings above it."""

    def make() -> Occurrences:
        parts = zip(_units(snapshot, position), _above(snapshot, position), strict=True)
        return Occurrences([own | above for own, above in parts])

    return snapshot.once(("in units or above", position), make)


def _units(snapshot: Snapshot, position: int) -> list[frozenset[str]]:
    return [frozenset(terms(each.text)) for each in snapshot.outlines[position].units]


def _above(snapshot: Snapshot, position: int) -> list[frozenset[str]]:
    paths = _paths(snapshot, position)
    return [frozenset().union(*map(snapshot.keys_of, path)) for path in paths]


def _paths(snapshot: Snapshot, position: int) -> list[tuple[str, ...]]:
    lines = snapshot.outlines[position]
    return [lines.blocks[each.block].heading_path for each in lines.units]
