"""How good a ranking is: pure functions over identifiers and their relevance.

Definitions as in trec_eval: nDCG with linear gains (Järvelin and Kekäläinen, 2002), recall over all that
is relevant, and the reciprocal of the first relevant rank. A ranking counts each identifier once, where it
first stands. All are 0 to 1.
"""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def ndcg(ranked: Sequence[str], relevance: Mapping[str, int], k: int) -> float:
    """Discounted gain of the first `k` against the best that there could be; 0 where nothing is relevant."""
    gains = [max(relevance.get(each, 0), 0) for each in _once(ranked)[:k]]
    ideal = _discounted(sorted((gain for gain in relevance.values() if gain > 0), reverse=True)[:k])
    return _discounted(gains) / ideal if ideal else 0.0


def recall(ranked: Sequence[str], relevance: Mapping[str, int], k: int) -> float:
    """Share of what is relevant that stands among the first `k`; 0 where nothing is relevant."""
    relevant = {each for each, gain in relevance.items() if gain > 0}
    return len(relevant & set(_once(ranked)[:k])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranked: Sequence[str], relevance: Mapping[str, int]) -> float:
    """1 over the rank of the first that is relevant; 0 where none is."""
    rank = first_relevant(ranked, relevance)
    return 1 / rank if rank else 0.0


def first_relevant(ranked: Sequence[str], relevance: Mapping[str, int]) -> int | None:
    """The rank, from 1, of the first that is relevant."""
    for rank, each in enumerate(_once(ranked), start=1):
        if relevance.get(each, 0) > 0:
            return rank
    return None


def _once(ranked: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(ranked))


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, start=1))
