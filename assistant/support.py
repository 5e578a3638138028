"""Which parts of the named passages say what a sentence says: where its citations come from.

A model names passages, never quotes. The quotes are chosen here, so that none can be invented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.cite import cite
from ingest import terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.model import Sentence
    from ingest import Block, Passage, Snapshot, StoredPage, Unit

MOST_UNITS = 3

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A unit with the numbers and search keys that it could vouch for."""

    page: StoredPage
    block: Block
    unit: Unit
    numbers: frozenset[str]
    keys: frozenset[str]


def supporting(
    text: str, named: Sequence[tuple[StoredPage, Passage]], snapshot: Snapshot
) -> tuple[Sentence, ...]:
    """At most `MOST_UNITS` units of the named passages, as cited sentences, best first.

    Each next unit is the one that covers most of what the ones before leave open: numbers first, then
    words by how telling they are (greedy set cover). None where no unit shares a number or two words
    with the sentence.
    """
    numbers, keys = _numbers(text), set(terms(text))
    candidates = list(_candidates(named, snapshot))
    enough = min(2, len(keys))
    chosen: list[_Candidate] = []
    while candidates and len(chosen) < MOST_UNITS:
        best = max(candidates, key=lambda each: _gain(each, numbers, keys, snapshot))
        if not (best.numbers & numbers or (keys and len(best.keys & keys) >= enough)):
            break
        chosen.append(best)
        candidates.remove(best)
        numbers -= best.numbers
        keys -= best.keys
        enough = 2
    return tuple(cite(each.page, each.block, each.unit) for each in chosen)


def _gain(candidate: _Candidate, numbers: set[str], keys: set[str], snapshot: Snapshot) -> tuple[int, float]:
    shared = sum(snapshot.lexical.weight(key) for key in candidate.keys & keys)
    return len(candidate.numbers & numbers), shared


def _candidates(named: Sequence[tuple[StoredPage, Passage]], snapshot: Snapshot) -> Iterator[_Candidate]:
    """Units that lie in a named passage, each once; passages of a long paragraph overlap."""
    seen = set()
    for page, passage in named:
        for block in snapshot.blocks(page):
            for unit in block.units:
                place = (page.id, unit.start, unit.end)
                if passage.start <= unit.start and unit.end <= passage.end and place not in seen:
                    seen.add(place)
                    yield _candidate(page, block, unit)


def _candidate(page: StoredPage, block: Block, unit: Unit) -> _Candidate:
    text = page.page.text
    quote = text[unit.start : unit.end]
    if unit.header is not None:
        quote = f"{text[slice(*unit.header)]}\n{quote}"
    return _Candidate(page, block, unit, frozenset(_numbers(quote)), frozenset(terms(quote)))


def _numbers(text: str) -> set[str]:
    return {number.replace(",", "") for number in _NUMBER.findall(text)}
