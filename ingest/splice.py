"""The next version in memory, made of the last one: only changed pages are worked out anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingest.duplicates import duplicates_of, page_vectors
from ingest.recent import Recent
from ingest.snapshot import Snapshot, firsts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ingest.model import StoredPage
    from ingest.units import Outline


@dataclass(frozen=True, slots=True)
class Loaded:
    """A page as it comes from the stores, with what was worked out of it; vectors as in `Snapshot`."""

    page: StoredPage
    outline: Outline
    vectors: NDArray[np.float32]
    unit_vectors: NDArray[np.float32] | None


def build(version: int, loaded: Sequence[Loaded]) -> Snapshot:
    """Version `version` of all its pages."""
    kept = [each for each in loaded if each.page.passages]
    vectors = [each.vectors for each in kept]
    units = [each.unit_vectors for each in kept if each.unit_vectors is not None]
    nothing = np.zeros((0, 0), dtype=np.float32)
    return Snapshot.build(
        version,
        [each.page for each in kept],
        np.concatenate(vectors) if vectors else nothing,
        np.concatenate(units) if units and len(units) == len(kept) else None,
        [each.outline for each in kept],
    )


def splice(last: Snapshot, version: int, manifest: Mapping[str, str], loaded: Sequence[Loaded]) -> Snapshot:
    """Version `version` with the pages of `manifest`, those in `loaded` new, the others as in `last`.

    The result is the same as that of `Snapshot.build` on all pages.
    """
    fresh = {each.page.id: each for each in loaded if each.page.passages}
    replaced = {each.page.id for each in loaded}
    stays = {
        page.id: at
        for at, page in enumerate(last.pages)
        if page.id not in replaced and manifest.get(page.id) == page.version
    }
    ids = sorted([*stays, *fresh])
    order = np.array([stays.get(each, -1) for each in ids], dtype=np.int64)
    new = [fresh[each] for each in ids if each in fresh]
    pages = tuple(last.pages[stays[each]] if each in stays else fresh[each].page for each in ids)
    outlines = tuple(last.outlines[stays[each]] if each in stays else fresh[each].outline for each in ids)
    kept = set(stays.values())
    gone = [at for at in range(len(last.pages)) if at not in kept]
    counts = [len(page.passages) for page in pages]
    unit_counts = [len(each.units) for each in outlines]
    passage_rows = _rows(order, last.first_passage, [len(page.passages) for page in last.pages], counts)
    unit_rows = _rows(order, last.first_unit, [len(each.units) for each in last.outlines], unit_counts)
    vectors = _taken(last.vectors, passage_rows, [each.vectors for each in new])
    pairs = [each for each in last.duplicates if each.first in stays and each.second in stays]
    means = page_vectors(vectors, firsts(counts))
    pairs += duplicates_of(pages, means, np.flatnonzero(order < 0).tolist())
    made: Recent[NDArray[np.float32]] = Recent(last.units_made.size)
    places = {old: at for at, old in enumerate(order.tolist()) if old >= 0}
    for old, units in last.units_made.items():
        if old in places:
            made.keep(places[old], units)
    new_units = [unit.search_text for each in new for unit in each.outline.units]
    gone_units = [unit.search_text for at in gone for unit in last.outlines[at].units]
    return Snapshot(
        version=version,
        pages=pages,
        passages=tuple(passage for page in pages for passage in page.passages),
        vectors=vectors,
        lexical=last.lexical.spliced(
            order,
            ([each.page.page.title for each in new], [each.page.page.text for each in new]),
            ([last.pages[at].page.title for at in gone], [last.pages[at].page.text for at in gone]),
        ),
        page_of=np.repeat(np.arange(len(pages), dtype=np.int32), counts),
        first_passage=firsts(counts),
        outlines=outlines,
        first_unit=firsts(unit_counts),
        unit_lexical=last.unit_lexical.spliced(
            unit_rows, ([""] * len(new_units), new_units), ([""] * len(gone_units), gone_units)
        ),
        unit_vectors=_unit_vectors(last, unit_rows, new),
        duplicates=tuple(sorted(pairs)),
        units_made=made,
    )


def _rows(
    order: NDArray[np.int64], starts: NDArray[np.int32], old: Sequence[int], counts: Sequence[int]
) -> NDArray[np.int64]:
    """For each passage (or unit) of the new version, its row in the last one, or -1."""
    parts = [
        np.arange(starts[at], starts[at] + old[at]) if at >= 0 else np.full(count, -1)
        for at, count in zip(order.tolist(), counts, strict=True)
    ]
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts]).astype(np.int64)


def _taken(
    old: NDArray[np.float32], rows: NDArray[np.int64], new: Sequence[NDArray[np.float32]]
) -> NDArray[np.float32]:
    taken = np.empty((len(rows), old.shape[1] if len(old) else 0), dtype=np.float32)
    if new:
        fresh = np.concatenate(new)
        taken = np.empty((len(rows), fresh.shape[1]), dtype=np.float32)
        taken[rows < 0] = fresh
    taken[rows >= 0] = old[rows[rows >= 0]]
    return taken


def _unit_vectors(
    last: Snapshot, rows: NDArray[np.int64], new: Sequence[Loaded]
) -> NDArray[np.float32] | None:
    """All or none: a version in which one page has none is answered from its passages."""
    if last.unit_vectors is None:
        return None
    parts = [each.unit_vectors for each in new if each.unit_vectors is not None]
    return None if len(parts) < len(new) else _taken(last.unit_vectors, rows, parts)
