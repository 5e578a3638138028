"""What speaks for each unit of a page as an answer: the numbers that extraction weighs.

Vectors and words tell what a unit is about, signs (`words/signs.toml`) whether it says the sort of
thing that was asked for.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.ages import for_ages
from assistant.bilingual import glosses
from assistant.errors import WordsError
from assistant.occurrences import in_headings, in_units
from assistant.statements import question, statement
from assistant.synonyms import further_keys
from ingest import terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from assistant.model import RankedPage, Retrieved, Understood
    from ingest import Snapshot

NUMBERS = (
    "meaning",
    "passage",
    "words",
    "further words",
    "share",
    "share under heading",
    "section asked for",
    "age said",
)
"""Features that every unit has a number for; the signs follow them."""

MEANING = NUMBERS.index("meaning")


PLAIN = frozenset(
    terms(
        "get gets apply application make do use start renew cost costs fee need eligible qualify nz"
        " tiki tikina whiwhi tono tonoa mahi mahia whakamahi timata whakahou utu utua hiahia hiahiatia ahei"
    )
)
"""Keys that say what is asked of a subject, not what the subject is."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A pattern over units (or their headings) that counts for some questions."""

    name: str
    kinds: tuple[str, ...]
    not_kinds: tuple[str, ...]
    question: re.Pattern[str] | None
    pattern: re.Pattern[str]
    on_heading: bool

    def counts_for(self, question: str, kinds: Sequence[str]) -> bool:
        """Whether the question, of these kinds, is one that the sign is for."""
        if self.question is not None:
            return self.question.search(question) is not None
        if self.kinds:
            return any(kind in kinds for kind in self.kinds)
        return not any(kind in kinds for kind in self.not_kinds)


@cache
def signs() -> tuple[Sign, ...]:
    """The signs in the order of their file; raises `WordsError`."""
    try:
        data = tomllib.loads(files("assistant.words").joinpath("signs.toml").read_text(encoding="utf-8"))
        return tuple(_sign(entry) for entry in data["sign"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, re.error) as error:
        raise WordsError(f"assistant/words/signs.toml cannot be read: {error}") from error


def _sign(entry: dict[str, Any]) -> Sign:
    if "says" in entry:
        pattern = statement(entry["says"], entry.get("unless", ()))
    else:
        pattern = re.compile(entry.get("heading") or entry["unit"], re.IGNORECASE)
    return Sign(
        name=entry["name"],
        kinds=tuple(entry.get("kinds", ())),
        not_kinds=tuple(entry.get("not_kinds", ())),
        question=question(entry) if entry.keys() & {"asks", "question"} else None,
        pattern=pattern,
        on_heading="heading" in entry,
    )


def names() -> tuple[str, ...]:
    """Names of the features, in the order of `features`' columns."""
    return (*NUMBERS, *(sign.name for sign in signs()))


def features(retrieved: Retrieved, ranked: RankedPage, *, by_unit: bool = True) -> NDArray[np.float32]:
    """One row a unit of the page, one column a feature: shape (units, len(names())).

    Without `by_unit` a unit's meaning is that of its passage, as where no vectors of units were made.
    """
    known = retrieved.by_passage if ranked is retrieved.pages[0] else None
    found = by_passage(retrieved, ranked) if known is None else known
    meaning = _meaning(retrieved, retrieved.snapshot.position(ranked.page)) if by_unit else None
    if meaning is not None:
        found = found.copy()
        found[:, MEANING] = meaning
    return found


def by_passage(retrieved: Retrieved, ranked: RankedPage) -> NDArray[np.float32]:
    """`features` without the vectors of units."""
    understood, snapshot = retrieved.understood, retrieved.snapshot
    position = snapshot.position(ranked.page)
    span = snapshot.units_of(position)
    passage = _passage_scores(retrieved, position)
    shares = _shares(understood, snapshot, position)
    asked_for = understood.keys_on(ranked.page.page.language)
    own = snapshot.unit_lexical.scores(asked_for, span)
    further = snapshot.unit_lexical.scores(further_keys(asked_for), span)
    numbers: list[NDArray[Any]] = [passage, passage, own / 10, further / 10, *shares]
    borne = signs_of(snapshot, position) * _counting(understood.asked, understood.kinds)
    headed = borne[:, _on_heading()].max(axis=1)
    general = _asks_in_general(understood, snapshot, position)
    aged = for_ages(understood.asked, snapshot, position)
    found = np.column_stack([*numbers, headed * general, aged, borne])
    return np.asarray(found, dtype=np.float32)


@lru_cache(maxsize=8)
def _counting(question: str, kinds: tuple[str, ...]) -> NDArray[np.float32]:
    """Which signs count for the question, 0 or 1: asked for each page that it may be answered from."""
    return np.array([sign.counts_for(question, kinds) for sign in signs()], dtype=np.float32)


@cache
def _on_heading() -> NDArray[np.bool_]:
    return np.array([sign.on_heading for sign in signs()], dtype=np.bool_)


def _meaning(retrieved: Retrieved, position: int) -> NDArray[np.float32] | None:
    """For each unit, its cosine with the question: of a page in te reo Māori, by its English keywords."""
    snapshot = retrieved.snapshot
    if (glossed := glosses(snapshot, position)) is not None:
        return np.asarray(glossed @ retrieved.query, dtype=np.float32)
    vectors = snapshot.page_unit_vectors(position)
    if vectors is None:
        return None
    return np.asarray(vectors @ retrieved.query_on(snapshot.pages[position].page.language), dtype=np.float32)


def _asks_in_general(understood: Understood, snapshot: Snapshot, position: int) -> bool:
    """Whether the question says no more of its subject than the title does: then a section answers it."""
    page = snapshot.pages[position].page
    title = snapshot.keys_of(page.title)
    return all(key in title or key in PLAIN for key in understood.keys_on(page.language))


def signs_of(snapshot: Snapshot, position: int) -> NDArray[np.float32]:
    """Which signs each unit of the page bears, whatever is asked: shape (units, signs), 0 or 1."""
    return snapshot.once(("signs", position), lambda: _match(snapshot, position))


def _match(snapshot: Snapshot, position: int) -> NDArray[np.float32]:
    lines = snapshot.outlines[position]
    rows = []
    for each in lines.units:
        path = lines.blocks[each.block].heading_path
        heading = path[-1] if path else ""
        texts = (each.text, heading)
        rows.append([bool(sign.pattern.search(texts[sign.on_heading])) for sign in signs()])
    return np.array(rows, dtype=np.float32)


def _passage_scores(retrieved: Retrieved, position: int) -> NDArray[np.float32]:
    """For each unit, the cosine of the best passage that it stands in."""
    snapshot = retrieved.snapshot
    first = int(snapshot.first_passage[position])
    held = snapshot.pages[position].passages
    query = retrieved.query_on(snapshot.pages[position].page.language)
    cosines = snapshot.vectors[first : first + len(held)] @ query
    inside = snapshot.once(("inside", position), lambda: _inside(snapshot, position))
    return np.asarray(np.max(np.where(inside, cosines, 0.0), axis=1), dtype=np.float32)


def _inside(snapshot: Snapshot, position: int) -> NDArray[np.bool_]:
    held = snapshot.pages[position].passages
    units = snapshot.outlines[position].units
    return np.array([[p.start <= each.unit.start < p.end for p in held] for each in units], dtype=np.bool_)


def _shares(understood: Understood, snapshot: Snapshot, position: int) -> Sequence[NDArray[np.float32]]:
    """Share of the question's telling words that each unit has, and that its heading has.

    Words of the page's title are on the whole page, so they tell nothing of a unit.
    """
    page = snapshot.pages[position].page
    title = snapshot.keys_of(page.title)
    known = [key for key in dict.fromkeys(understood.keys_on(page.language)) if key in snapshot.lexical.idf]
    asked = [key for key in known if key not in title] or known
    weights = {key: snapshot.lexical.weight(key) for key in asked}
    total = sum(weights.values()) or 1.0
    found = (in_units(snapshot, position).weighed(weights), in_headings(snapshot, position).weighed(weights))
    return [(np.array(each) / total).astype(np.float32) for each in found]
