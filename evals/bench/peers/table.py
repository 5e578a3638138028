"""What the runs of all peers say: measures a query, differences with intervals, ratios."""

from __future__ import annotations

from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

import numpy as np

from evals.intervals import resampled_means
from evals.ranking import ndcg, recall, reciprocal_rank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.beir import Benchmark

Run = dict[str, Any]
"""What a worker wrote: `ranked` and `times` by query, `passages`, `seconds`, `megabytes`."""


def measures(run: Run, benchmark: Benchmark) -> dict[str, list[float]]:
    """Each measure of every judged query, in the benchmark's order."""
    found: dict[str, list[float]] = {"nDCG@10": [], "recall@5": [], "recall@20": [], "MRR": []}
    for query, relevance in benchmark.relevance.items():
        if not any(grade > 0 for grade in relevance.values()) or query not in run["ranked"]:
            continue
        ranked = run["ranked"][query]
        found["nDCG@10"].append(ndcg(ranked, relevance, 10))
        found["recall@5"].append(recall(ranked, relevance, 5))
        found["recall@20"].append(recall(ranked, relevance, 20))
        found["MRR"].append(reciprocal_rank(ranked, relevance))
    return found


def lead(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Mean difference over the same queries, with its 95 % bootstrap interval."""
    gaps = np.array(ours) - np.array(theirs)
    low, high = np.percentile(resampled_means(gaps, range(len(gaps))), [2.5, 97.5])
    return f"{gaps.mean():+.3f} [{low:+.3f}, {high:+.3f}]"


def ratio(theirs: Sequence[float], ours: Sequence[float], which: float) -> str:
    """A quantile of their times over ours, with its interval over resampled queries."""
    chance = np.random.default_rng(0)
    both = [
        np.quantile(chance.choice(np.array(each), (500, len(each))), which, axis=1) for each in (theirs, ours)
    ]
    low, high = np.percentile(both[0] / both[1], [2.5, 97.5])
    point = np.quantile(theirs, which) / np.quantile(ours, which)
    return f"{point:.2f} [{low:.2f}, {high:.2f}]"


def table(benchmark: Benchmark, titles: Mapping[str, str], runs: Mapping[str, Run]) -> str:
    """A Markdown table of one benchmark; the first run is ours."""
    name = next(iter(runs))
    own, mine = measures(runs[name], benchmark), runs[name]
    spread = quantiles(mine["times"], n=20)
    lines = [
        f"### {benchmark.folder.name}: {len(own['nDCG@10'])} judged queries",
        "",
        f"Ours: p50 {median(mine['times']):.1f} ms, p95 {spread[-1]:.1f} ms a query, "
        f"{mine['passages'] / mine['seconds']:.0f} passages a second ingested, {mine['megabytes']:.0f} MB. "
        "Beside it: lead in nDCG@10, and theirs over ours.",
        "",
        "| | nDCG@10 | recall@5 | recall@20 | MRR | our lead | p50 | p95 | ingest rate | memory |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for each, run in runs.items():
        found = measures(run, benchmark)
        cells = [f"{np.mean(found[measure]):.3f}" for measure in own]
        lines.append(f"| {titles[each]} | " + " | ".join([*cells, *_beside(run, mine, found, own)]) + " |")
    return "\n".join(lines)


def _beside(run: Run, mine: Run, found: dict[str, list[float]], own: dict[str, list[float]]) -> list[str]:
    if run is mine:
        return ["", "1", "1", "1", "1"]
    speed = (run["passages"] / run["seconds"]) / (mine["passages"] / mine["seconds"])
    return [
        lead(own["nDCG@10"], found["nDCG@10"]),
        ratio(run["times"], mine["times"], 0.5),
        ratio(run["times"], mine["times"], 0.95),
        f"{speed:.2f}",
        f"{run['megabytes'] / mine['megabytes']:.2f}",
    ]
