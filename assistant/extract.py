"""The extractive composer: an answer made of the pages' own sentences, steps, rows and contacts.

Each unit of a page gets the probability that it is the one that answers, by a conditional logit over its
features. The likeliest are shown until together they are likely enough to hold the answer: first the section
of the likeliest, then the others as the page has them, lists as lists and rows as rows. Where the second page
could as well be the right one, its units count too. This is the product for whoever has no language model.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from pydantic import dataclasses

from assistant.bilingual import without_translations
from assistant.cite import cite
from assistant.following import CONTACT_UNITS, contact_units
from assistant.model import QuestionKind, Sentence
from assistant.tuning import CLOSED, Count, Share
from assistant.weights import likelihoods
from ingest import UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from assistant.model import RankedPage, Retrieved


SHARPNESS = 12.0
"""Of a page's probability in its fused score, fitted by a conditional logit on the development suites."""


@dataclasses.dataclass(frozen=True, slots=True, config=CLOSED)
class Length:
    """How much is shown.

    Units are added while what is shown is less likely than `enough` to hold the answer, and no longer
    than `words` with the next one; a unit less likely than `least` is never added. The second page takes
    part from the probability `second` on. `steps` is the most steps of one list; a list of at most
    `list_words` is shown whole.
    """

    enough: Share = 0.92
    least: Share = 0.02
    words: Count = 125
    second: Share = 0.1
    steps: Count = 9
    list_words: Count = 100


DEFAULT_LENGTH = Length()

_POINTING = re.compile(
    r"\b(?:these|the following|all of|any of|one of|as follows|depends? on)\b[^.]*\.$", re.IGNORECASE
)
"""A sentence that points at the list below it without a colon."""


def extract(retrieved: Retrieved, *, length: Length = DEFAULT_LENGTH) -> tuple[Sentence, ...]:
    """The sentences that answer, those of the best page first; none where nothing relevant was found."""
    if not retrieved.relevant or not retrieved.pages:
        return ()
    if retrieved.contact_only:
        return tuple(contact_units(retrieved.pages[0].page, retrieved.snapshot))[:CONTACT_UNITS]
    pages = [_Page(retrieved, ranked, length) for ranked in _candidates(retrieved, length)]
    likely = [page.probability * _likely(retrieved, page.ranked) for page in pages]
    return tuple(pages[which].sentence(at) for which, at in _choose(pages, likely, length))


def _candidates(retrieved: Retrieved, length: Length) -> Iterator[tuple[RankedPage, float]]:
    """The best page and perhaps the second, with the probability that each is the right one.

    A translation of the best page is no second one: it would say the same again.
    """
    pages = without_translations(retrieved)
    scores = np.array([each.score for each in pages])
    odds = np.exp(SHARPNESS * (scores - scores.max()))
    shares = odds / odds.sum()
    for at, ranked in enumerate(pages[:2]):
        if at == 0 or shares[at] >= length.second:
            yield ranked, float(shares[at])


def _likely(retrieved: Retrieved, ranked: RankedPage) -> NDArray[np.float32]:
    if retrieved.likely is not None and ranked is retrieved.pages[0]:
        return retrieved.likely
    return likelihoods(retrieved, ranked)


def _choose(
    pages: Sequence[_Page], likely: Sequence[NDArray[np.float32]], length: Length
) -> list[tuple[int, int]]:
    """The units to show, as page and position: pages in rank order, the likeliest unit's section first.

    What one page says is not said again in the same words of another: contacts stand on all of an agency's.
    """
    ordered = sorted(
        ((which, at) for which in range(len(pages)) for at in range(len(likely[which]))),
        key=lambda each: (-likely[each[0]][each[1]], each),
    )
    best = (0, int(np.argmax(likely[0])))
    chosen: set[tuple[int, int]] = set()
    said: set[str] = set()
    words, shown = 0, 0.0
    for which, at in [best, *(each for each in ordered if each != best)]:
        if chosen and (shown >= length.enough or likely[which][at] < length.least):
            break
        group = {(which, each) for each in pages[which].group(at)} - chosen
        texts = {pages[which].text(each) for _, each in group}
        size = sum(pages[which].words(each) for _, each in group)
        if texts <= said or (chosen and words + size > length.words):
            continue
        chosen |= group
        said |= texts
        words += size
        shown += sum(float(likely[which][each]) for _, each in group)
    leading = pages[0].section(best[1])
    return sorted(chosen, key=lambda each: (each[0], pages[each[0]].section(each[1]) != leading, each[1]))


class _Page:
    """A page's units, what belongs together among them, and how likely it is the right page."""

    def __init__(self, retrieved: Retrieved, candidate: tuple[RankedPage, float], length: Length) -> None:
        self.ranked, self.probability = candidate
        self._outline = retrieved.snapshot.outline(self.ranked.page)
        self._length = length
        self._wants_steps = QuestionKind.STEPS in retrieved.understood.kinds

    def text(self, at: int) -> str:
        """The unit as its page says it."""
        return self._outline.units[at].text

    def words(self, at: int) -> int:
        """Words of the unit."""
        return len(self._outline.units[at].text.split())

    def section(self, at: int) -> tuple[str, ...]:
        """The headings that the unit stands under."""
        return self._outline.blocks[self._outline.units[at].block].heading_path

    def sentence(self, at: int) -> Sentence:
        """The unit as a sentence of an answer."""
        each = self._outline.units[at]
        return cite(self.ranked.page, self._outline.blocks[each.block], each.unit)

    def group(self, at: int) -> set[int]:
        """The unit with what it needs to be understood: lists stay lists, and a lead-in brings its list."""
        units = self._outline.units
        block = units[at].block
        if units[at].unit.kind is UnitKind.SENTENCE:
            listed = self._following_list(at)
            return {at, *listed} if self._short(listed) else {at}
        if units[at].unit.kind is UnitKind.ROW:
            return {at}  # a row is understood by its column names, which come with it
        listed = [near for near in range(len(units)) if units[near].block == block]
        wanted = self._wants_steps and units[at].unit.kind is UnitKind.STEP
        lead = self._lead_in(listed[0])
        whole = listed[: self._length.steps] if wanted or self._short(listed) else []
        return {at, *whole, *([lead] if lead is not None else [])}

    def _short(self, listed: Sequence[int]) -> bool:
        return sum(self.words(each) for each in listed) <= self._length.list_words

    def _following_list(self, at: int) -> list[int]:
        """The list that a sentence introduces; empty where it introduces none."""
        units = self._outline.units
        after = at + 1
        if after >= len(units) or self._lead_in(after) != at:
            return []
        return [near for near in range(after, len(units)) if units[near].block == units[after].block]

    def _lead_in(self, first: int) -> int | None:
        """The sentence before a list's first unit, where it introduces it: items say nothing without it."""
        units = self._outline.units
        if units[first].unit.kind is UnitKind.SENTENCE or first == 0:
            return None
        before = units[first - 1]
        blocks = self._outline.blocks
        same = blocks[before.block].heading_path == blocks[units[first].block].heading_path
        return first - 1 if same and before.block != units[first].block and _introduces(before.text) else None


def _introduces(text: str) -> bool:
    return text.endswith(":") or _POINTING.search(text) is not None
