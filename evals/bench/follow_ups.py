"""Follow-ups against the same questions rewritten by hand, which no earlier turn is needed to understand.

    python -m evals.bench.follow_ups --data DATA_DIR --models DIR [--write docs/retrieval.md]

DATA_DIR is an installation that holds the starter content. The rewritten questions were written by somebody
who saw the turns and nothing else; each suite's case has its twin by `group`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evals.bench.ablation import on_installation, ranked
from evals.intervals import resampled_means
from evals.ranking import ndcg
from evals.suite import load

if TYPE_CHECKING:
    from evals.suite import Case
    from ingest import Embedder, Snapshot

SUITE, TWINS = "follow-ups", "follow-ups-rewritten"
MARKS = ("<!-- follow-ups: begin -->", "<!-- follow-ups: end -->")


def table(snapshot: Snapshot, embedder: Embedder) -> str:
    """nDCG@10 of each way of asking and its difference from the rewritten question, as Markdown."""
    cases = {case.id: case for case in load(SUITE).cases if case.pages}
    twins = {case.group: case for case in load(TWINS).cases if case.group in cases}
    pairs = [(cases[group], twin) for group, twin in twins.items()]

    def gains(asked: list[Case], *, history: bool) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        found = [ranked(each, snapshot, embedder, history=history) for each in asked]
        judged = zip(found, asked, strict=True)
        return np.array([ndcg(names, dict.fromkeys(case.pages, 1), 10) for names, case in judged])

    rewritten = gains([twin for _, twin in pairs], history=False)
    rows = {
        "rewritten by hand": rewritten,
        "as asked, with the turns before": gains([case for case, _ in pairs], history=True),
        "as asked, without them": gains([case for case, _ in pairs], history=False),
    }
    lines = [f"{len(pairs)} questions.", "", "| | nDCG@10 | against rewritten |", "|---|---|---|"]
    for name, values in rows.items():
        gaps = values - rewritten
        low, high = np.percentile(resampled_means(gaps, range(len(gaps))), [2.5, 97.5])
        gap = "" if values is rewritten else f"{gaps.mean():+.3f} [{low:+.3f}, {high:+.3f}]"
        lines.append(f"| {name} | {values.mean():.3f} | {gap} |")
    return "\n".join(lines)


if __name__ == "__main__":
    on_installation(__doc__, table, MARKS)
