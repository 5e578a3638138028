"""ragas metrics that need no model: how well the pages found match the pages expected, by identifier.

ragas is imported here only, when it is asked for: it is an extra, and takes seconds to load.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.trial import Trial


def id_based(trials: Sequence[Trial]) -> dict[str, list[float]]:
    """ID-based context precision and recall by case (ragas 0.4), over the pages that answers cite.

    Cases without expected pages or without an answer are left out.
    """
    os.environ["RAGAS_DO_NOT_TRACK"] = "true"
    from ragas import SingleTurnSample
    from ragas.metrics import IDBasedContextPrecision, IDBasedContextRecall

    values: dict[str, list[float]] = {}
    for metric in (IDBasedContextPrecision(), IDBasedContextRecall()):
        values[metric.name] = [
            metric.single_turn_score(
                SingleTurnSample(
                    user_input=trial.case.question,
                    retrieved_context_ids=sorted({each.slug or each.url for each in trial.asked.citations}),
                    reference_context_ids=list(trial.case.pages),
                )
            )
            for trial in trials
            if trial.case.pages and trial.answered
        ]
    return values
