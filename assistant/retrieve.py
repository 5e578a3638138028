"""Find the pages that could answer, and judge whether the best of them does.

Spelling is put right towards the index's own words, the question's vector takes in what the glossary and
earlier turns add, pages are scored (`assistant/scoring.py`), and the best one is judged
(`assistant/threshold.py`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.agencies import is_elsewhere, names_another, preferring, reached, same_as_before
from assistant.bilingual import TE_REO, make_glosses, without_translations
from assistant.crossing import cross
from assistant.features import by_passage
from assistant.glossary import glossary
from assistant.kinds import kinds_of
from assistant.model import RankedPage, Retrieved
from assistant.occurrences import in_passages
from assistant.rerank import READ_AGAIN, read_again
from assistant.scoring import DEFAULT_MIX, Mix, Scores, continued, score
from assistant.synonyms import is_said
from assistant.threshold import FAIR, evidence
from assistant.weights import likelihoods
from ingest import read_all, terms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from assistant.model import Understood
    from assistant.rerank import Reranker
    from assistant.threshold import Threshold
    from ingest import Embedder, Passage, Snapshot

    Weigh = Callable[[Snapshot, NDArray[np.float32]], NDArray[np.float32]]

PREPARED = 2
"""Pages that an answer may quote; a translation of the best is passed over."""

IN_WORDS = 0.3
"""Of the share of telling words in a passage against its cosine."""

WITHIN = 0.5
"""Weight of earlier turns in the choice of a page's sentences, for a question whose subject is in them alone:
they have found the page, and what is asked of it ("how much") is in the question."""

WEIGHED = 5
"""Pages whose passages are ranked by words as well as by meaning; nothing is quoted of those after them."""


def retrieve(
    understood: Understood,
    snapshot: Snapshot,
    embedder: Embedder,
    *,
    k: int | None = None,
    threshold: Threshold,
    weigh: Weigh | None = None,
    mix: Mix = DEFAULT_MIX,
    reranker: Reranker | None = None,
) -> Retrieved:
    """The `k` best pages of `snapshot` (else as many as `mix` says) and whether the best is likely to answer.

    The result's `understood` has the search keys of the question spelt right; its text is as it was.
    `weigh` may change the pages' scores before they are ranked; `mix` is what the scores are made of.
    `reranker` reads the best ones again, and what it raises is raised.
    """
    spelt = _spelt(understood, snapshot, embedder) if mix.spelling else understood.text
    searched = understood if spelt == understood.text else _respelt(understood, spelt)
    query, within = _vectors(spelt, searched, embedder, mix)
    as_asked = _as_asked(understood, embedder)
    scores = score(searched, snapshot, query, mix, as_asked)
    scores = replace(scores, fused=continued(searched, snapshot, scores.fused, mix.continuing))
    asked = reached(searched, snapshot)
    if asked is not None:
        scores = replace(scores, fused=preferring(asked, snapshot, scores.fused, mix.other_agency))
    if weigh is not None:
        scores = replace(scores, fused=weigh(snapshot, scores.fused))
    if reranker is not None and mix.reranker and understood.written == "en":
        scores = _read_again(scores, snapshot, spelt, reranker, mix.reranker)
    order = _order(scores.fused, k or mix.k)
    if snapshot.coarse is not None:
        scores = _exactly(scores, snapshot, order, query, as_asked)
    pages = _pages(order, scores, snapshot, searched)
    if order and snapshot.languages[order[0]] == TE_REO:
        scores = _as_glossed(scores, snapshot, order[0], query, embedder)
    named = asked is not None and asked.answered_by(order, snapshot)
    retrieved = Retrieved(
        understood=searched,
        snapshot=snapshot,
        pages=pages,
        probability=0.0,
        relevant=False,
        query=within,
        as_asked=as_asked,
        contact_only=named or same_as_before(searched, snapshot, order),
    )
    return _judged(retrieved, replace(searched, text=spelt), order, scores, threshold)


def _judged(
    retrieved: Retrieved, understood: Understood, order: Sequence[int], scores: Scores, threshold: Threshold
) -> Retrieved:
    """Whether the best page is likely to answer; `understood.text` is spelt right."""
    if not order:
        return retrieved
    best, snapshot = order[0], retrieved.snapshot
    held = scores.unit is not None
    retrieved = replace(retrieved, by_passage=by_passage(retrieved, retrieved.pages[0]))
    likely = likelihoods(retrieved, retrieved.pages[0], by_unit=held)
    unit = None if scores.unit is None else float(scores.unit[best])
    found = evidence(understood, snapshot, best, (float(scores.dense[best]), unit), likely)
    probability = threshold.probability(found)
    elsewhere = False
    if retrieved.contact_only:
        probability = max(probability, threshold.reached)
    elif names_another(retrieved.understood, snapshot, best) or (
        probability < FAIR and is_elsewhere(retrieved.understood, snapshot, best)
    ):
        elsewhere, probability = True, min(probability, threshold.elsewhere)
    return replace(
        retrieved,
        probability=probability,
        relevant=probability >= threshold.cut,
        evidence=found,
        elsewhere=elsewhere,
        likely=likely if held else None,
    )


def _pages(
    order: Sequence[int], scores: Scores, snapshot: Snapshot, searched: Understood
) -> tuple[RankedPage, ...]:
    """The pages in `order` with their passages, the likely ones' also by the words of the question."""
    weights = snapshot.lexical.shares(searched.terms)
    return tuple(
        RankedPage(
            page=snapshot.pages[position],
            score=float(scores.fused[position]),
            dense=float(scores.dense[position]),
            lexical=float(scores.lexical[position]),
            passages=_ranked(snapshot, position, scores.passages, weights if rank < WEIGHED else {}),
        )
        for rank, position in enumerate(order)
    )


def _order(fused: NDArray[np.float32], most: int) -> list[int]:
    return [int(at) for at in np.argsort(-fused, kind="stable")[:most] if fused[at] > 0]


def _read_again(
    scores: Scores, snapshot: Snapshot, question: str, reranker: Reranker, share: float
) -> Scores:
    order = _order(scores.fused, READ_AGAIN)
    best = [snapshot.pages[at].passages[_best_of(scores, snapshot, at)].search_text for at in order]
    return replace(scores, fused=read_again(scores.fused, order, question, best, reranker, share))


def _best_of(scores: Scores, snapshot: Snapshot, position: int) -> int:
    """Which of the page's passages is nearest to the question."""
    start = int(snapshot.first_passage[position])
    return int(scores.passages[start : start + len(snapshot.pages[position].passages)].argmax())


def _respelt(understood: Understood, spelt: str) -> Understood:
    crossing = cross(spelt, understood.written, understood.language)
    return replace(understood, terms=crossing.terms, kinds=kinds_of(spelt), crossing=crossing)


def _spelt(understood: Understood, snapshot: Snapshot, embedder: Embedder) -> str:
    """The question with its English spelling put right towards the index's own words."""
    if understood.written != "en":
        return understood.text

    def known(word: str) -> bool:
        said = any(is_said(key) for key in terms(word))
        return said or embedder.count(word) == 1 or glossary().knows(word)

    return snapshot.lexicon.corrected(understood.text, known)


def prepare(retrieved: Retrieved, embedder: Embedder) -> Retrieved:
    """Make the vectors of the best pages' units where the version is too large to hold them all."""
    if retrieved.relevant:
        for ranked in without_translations(retrieved)[:PREPARED]:
            position = retrieved.snapshot.position(ranked.page)
            retrieved.snapshot.make_unit_vectors(position, lambda texts: read_all(embedder, texts))
            if ranked.page.page.language == TE_REO:
                make_glosses(retrieved.snapshot, position, embedder.embed)
    return retrieved


def _as_asked(understood: Understood, embedder: Embedder) -> NDArray[np.float32] | None:
    """Units of a page in te reo Māori are compared with the question's own words, not with English ones."""
    if understood.written == "en":
        return None
    read = understood.screened.vector
    return np.asarray(embedder.read(understood.text)[0] if read is None else read)


def _vectors(
    spelt: str, understood: Understood, embedder: Embedder, mix: Mix
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The question's vector, with what the glossary and earlier turns add to it, and the one by which
    sentences of a page are chosen: of a bare question, more of its own."""
    read = understood.screened.vector
    own = embedder.read(spelt)[0] if read is None or spelt != understood.text else read
    if understood.crossing is not None and understood.crossing.keywords:
        own = own * (1.0 if understood.written == "en" else mix.original)
        own = own + embedder.read(understood.crossing.keywords)[0]
    elif not understood.context_weight:
        return np.asarray(own), np.asarray(own)
    if not understood.context_weight:
        return (_of_length_one(own),) * 2
    before = embedder.read(understood.context)[0]
    query = _of_length_one(own + understood.context_weight * before)
    return query, _of_length_one(own + WITHIN * before) if understood.names_nothing else query


def _of_length_one(vector: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def _ranked(
    snapshot: Snapshot, position: int, scores: NDArray[np.float32], weights: Mapping[str, float]
) -> tuple[tuple[Passage, float], ...]:
    """A page's passages by cosine and by the telling words of the question that they hold."""
    start = int(snapshot.first_passage[position])
    held = snapshot.pages[position].passages
    found = scores[start : start + len(held)].tolist()
    if weights:
        shares = in_passages(snapshot, position).weighed(weights)
        found = [score + IN_WORDS * share for score, share in zip(found, shares, strict=True)]
    return tuple(sorted(zip(held, found, strict=True), key=lambda each: -each[1]))


def _exactly(
    scores: Scores,
    snapshot: Snapshot,
    order: Sequence[int],
    query: NDArray[np.float32],
    as_asked: NDArray[np.float32] | None,
) -> Scores:
    """The cosines of the pages in `order` as they are, where a first look was all that they had."""
    passages, dense = scores.passages.copy(), scores.dense.copy()
    for position in order:
        of_ours = snapshot.languages[position] == TE_REO
        found = snapshot.cosines_of(position, query if as_asked is None or not of_ours else as_asked)
        start = int(snapshot.first_passage[position])
        passages[start : start + len(found)] = found
        dense[position] = found.max()
    return replace(scores, passages=passages, dense=dense)


def _as_glossed(
    scores: Scores, snapshot: Snapshot, best: int, query: NDArray[np.float32], embedder: Embedder
) -> Scores:
    """The cosines of a page in te reo Māori by its English keywords.

    To an embedder that reads no te reo Māori any two texts in it are alike, whatever they say.
    """
    closest = np.float32((make_glosses(snapshot, best, embedder.embed) @ query).max(initial=0.0))
    dense, unit = scores.dense.copy(), None if scores.unit is None else scores.unit.copy()
    dense[best] = min(dense[best], closest)
    if unit is not None:
        unit[best] = closest
    return replace(scores, dense=dense, unit=unit)
