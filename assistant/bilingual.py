"""How pages in two languages are weighed against each other for a question that is searched in both.

A page is scored by the keys of its own language. How telling a word of te reo Māori is, is counted among
pages in te reo Māori only: over all pages every one of its words would be rare. A page that says in the
reader's language what another says stands at least as high as that page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assistant.crossing import gloss
from assistant.synonyms import WEIGHT, further_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from assistant.model import RankedPage, Retrieved, Understood
    from ingest import Snapshot
    from ingest.lexical import Lexical

TE_REO = "mi"

FEWEST = 15
"""Pages in te reo Māori from which their number is believed: among fewer, every word is on all of them."""

TWIN = 1.2
"""A translation in the reader's language against the page that it translates."""


def searched_in_both(understood: Understood) -> bool:
    """Whether te reo Māori is in the question, or is what the reader chose."""
    return understood.written != "en" or understood.language == TE_REO


def page_words(understood: Understood, snapshot: Snapshot) -> NDArray[np.float32]:
    """One lexical score a page, by the keys of its language."""
    return _by_language(understood, snapshot, snapshot.lexical, snapshot.languages)


def unit_words(understood: Understood, snapshot: Snapshot) -> NDArray[np.float32]:
    """The same for units."""
    languages = snapshot.once("unit languages", lambda: _unit_languages(snapshot))
    return _by_language(understood, snapshot, snapshot.unit_lexical, languages)


def passage_cosines(
    snapshot: Snapshot, query: NDArray[np.float32], as_asked: NDArray[np.float32] | None
) -> NDArray[np.float32]:
    """For each passage: in te reo Māori with the question as it was asked, else with `query`."""
    found = snapshot.dense(query)
    if as_asked is None:
        return found
    ours = (snapshot.languages == TE_REO)[snapshot.page_of]
    return np.asarray(np.where(ours, snapshot.dense(as_asked), found), dtype=np.float32)


def unit_cosines(
    snapshot: Snapshot,
    vectors: NDArray[np.float32],
    query: NDArray[np.float32],
    as_asked: NDArray[np.float32] | None,
) -> NDArray[np.float32]:
    """The same for the units, whose vectors are `vectors`."""
    found = np.asarray(vectors @ query, dtype=np.float32)
    if as_asked is None:
        return found
    ours = snapshot.once("unit languages", lambda: _unit_languages(snapshot)) == TE_REO
    return np.asarray(np.where(ours, vectors @ as_asked, found), dtype=np.float32)


def make_glosses(
    snapshot: Snapshot, position: int, embed: Callable[[list[str]], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Vectors of what each unit of a page in te reo Māori says in English keywords: a row a unit, once."""
    units = snapshot.outlines[position].units
    return snapshot.once(("glosses", position), lambda: embed([gloss(each.search_text) for each in units]))


def glosses(snapshot: Snapshot, position: int) -> NDArray[np.float32] | None:
    """One row a unit of the page at `position`; None where they were not made."""
    return snapshot.once(("glosses", position), lambda: None)


def with_translations(
    scores: NDArray[np.float32], understood: Understood, snapshot: Snapshot
) -> NDArray[np.float32]:
    """Scores in which a page in the reader's language is raised to the page that it shares its place with."""
    raised = scores.copy()
    for one, other in _pairs(snapshot):
        for ours, theirs in ((one, other), (other, one)):
            if snapshot.languages[ours] == understood.language != snapshot.languages[theirs]:
                raised[ours] = max(raised[ours], TWIN * scores[theirs])
    return raised


def without_translations(retrieved: Retrieved) -> list[RankedPage]:
    """The pages without those that say in the other language what the best one says."""
    snapshot, pages = retrieved.snapshot, retrieved.pages
    if not pages:
        return []
    best, pairs = snapshot.position(pages[0].page), _pairs(snapshot)
    positions = [snapshot.position(each.page) for each in pages]
    kept = zip(pages, positions, strict=True)
    return [each for each, at in kept if (min(at, best), max(at, best)) not in pairs]


def _pairs(snapshot: Snapshot) -> frozenset[tuple[int, int]]:
    """Positions of pages that say the same in two languages, the earlier first."""
    return snapshot.once("translations", lambda: _translations(snapshot))


def _by_language(
    understood: Understood, snapshot: Snapshot, lexical: Lexical, languages: NDArray[np.str_]
) -> NDArray[np.float32]:
    crossing = understood.crossing
    plain = crossing.plain if crossing else understood.terms
    in_english = lexical.scores(plain) + WEIGHT * lexical.scores(further_keys(plain))
    for alternatives in crossing.meanings if crossing else ():
        in_english = in_english + np.max([lexical.scores(each) for each in alternatives], axis=0)
    in_te_reo = np.zeros(lexical.size, dtype=np.float32)
    for key in understood.keys_on(TE_REO):
        in_te_reo += _telling(key, snapshot) * lexical.scores([key])
    return np.asarray(np.where(languages == TE_REO, in_te_reo, in_english), dtype=np.float32)


def _telling(key: str, snapshot: Snapshot) -> float:
    """Inverse document frequency among pages in te reo Māori against that among all pages."""
    held = snapshot.once("te reo keys", lambda: _te_reo_keys(snapshot))
    among = sum(key in keys for keys in held)
    count = max(len(held), FEWEST)
    own = float(np.log(1 + (count - among + 0.5) / (among + 0.5)))
    return own / snapshot.lexical.weight(key)


def _te_reo_keys(snapshot: Snapshot) -> Sequence[frozenset[str]]:
    pages = (each.page for each in snapshot.pages if each.page.language == TE_REO)
    return tuple(snapshot.keys_of(f"{page.title}\n{page.text}") for page in pages)


def _unit_languages(snapshot: Snapshot) -> NDArray[np.str_]:
    return np.repeat(snapshot.languages, [len(each.units) for each in snapshot.outlines])


def _translations(snapshot: Snapshot) -> frozenset[tuple[int, int]]:
    """Positions of pages at one address in two languages, or of which one names the other."""
    places = {each.page.slug: at for at, each in enumerate(snapshot.pages) if each.page.slug}
    at_address: dict[str, int] = {}
    pairs: set[tuple[int, int]] = set()
    for at, each in enumerate(snapshot.pages):
        named = places.get(f"en/{each.page.translation_of}") if each.page.translation_of else None
        for other in (named, at_address.setdefault(each.page.url, at)):
            if other is not None and snapshot.languages[other] != snapshot.languages[at]:
                pairs.add((min(at, other), max(at, other)))
    return frozenset(pairs)
