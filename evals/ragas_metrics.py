"""ragas metrics that need no model: how well the pages found match the pages expected, by identifier.

ragas is imported here only, when it is asked for: it is an extra, and takes seconds to load.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evals.run import RunReport


def id_based(report: RunReport, addresses: Mapping[str, str]) -> dict[str, list[float]]:
    """ID-based context precision and recall by case (ragas 0.4), over the pages that answers cite.

    `addresses` maps slugs to addresses. Cases without expected pages or without an answer are left out.
    """
    os.environ["RAGAS_DO_NOT_TRACK"] = "true"
    from ragas import SingleTurnSample
    from ragas.metrics import IDBasedContextPrecision, IDBasedContextRecall

    values: dict[str, list[float]] = {}
    for metric in (IDBasedContextPrecision(), IDBasedContextRecall()):
        values[metric.name] = [
            metric.single_turn_score(
                SingleTurnSample(
                    user_input=result.case.question,
                    retrieved_context_ids=[source.url for source in result.answer.sources if source.cited],
                    reference_context_ids=[addresses.get(page, page) for page in result.case.pages],
                )
            )
            for result in report.results
            if result.case.pages and result.answer.sentences
        ]
    return values
