"""ragas' metrics, with a language model as the judge where one is configured: advice, never the decision.

ragas is imported when a metric is asked for, never by the service: it is an extra and takes seconds to
load. A judge is asked several times; the mean comes with the spread between the times and the count of
replies that were no number, each of which counts as a failure.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nan
from statistics import fmean, pstdev
from typing import TYPE_CHECKING, Any

from evals.intervals import Figure, figure
from evals.ragas_models import load_ragas, wrapped_embedder, wrapped_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.trial import Trial
    from ingest import Embedder

MODEL_FREE = (
    "id context precision",
    "id context recall",
    "non-llm context precision",
    "non-llm context recall",
    "semantic similarity",
    "rouge",
)
JUDGED = (
    "faithfulness",
    "response relevancy",
    "context precision",
    "context recall",
    "factual correctness",
    "noise sensitivity",
)


@dataclass(frozen=True, slots=True)
class Judge:
    """An OpenAI-compatible chat model that scores answers."""

    model: str
    base_url: str | None
    api_key: str
    timeout: float = 60.0
    repeats: int = 3
    """How often each case is judged."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One metric over the cases to which it applies."""

    figure: Figure
    """Of the means by case; what is no number counts as 0."""
    spread: float
    """Mean standard deviation between the times that a case was judged; 0 for a metric without a model."""
    nan: int
    """Replies that were no number."""
    asked: int
    by_case: Mapping[str, float]
    """Mean by case; NaN where every reply was no number."""


def score_without_model(trials: Sequence[Trial], embedder: Embedder) -> dict[str, Judged]:
    """The metrics of `MODEL_FREE`; raises `EvalError` where ragas is not installed."""
    return asyncio.run(_score(trials, _model_free(embedder), 1))


def score_with_judge(trials: Sequence[Trial], judge: Judge, embedder: Embedder) -> dict[str, Judged]:
    """The metrics of `JUDGED`, each case `judge.repeats` times; raises `EvalError` without ragas.

    A judge that cannot be reached, or whose reply cannot be read, gives no number.
    """
    return asyncio.run(_score(trials, _judged(judge, embedder), judge.repeats))


async def _score(trials: Sequence[Trial], metrics: Mapping[str, Any], repeats: int) -> dict[str, Judged]:
    samples = [(trial, _sample(trial)) for trial in trials if trial.answered and trial.case.pages]
    found: dict[str, Judged] = {}
    for name, metric in metrics.items():
        kept = [(trial, sample) for trial, sample in samples if _applies(name, trial)]
        if kept:
            found[name] = _summed(
                [(trial.case.id, await _times(metric, each, repeats)) for trial, each in kept]
            )
    return found


async def _times(metric: Any, sample: Any, repeats: int) -> list[float]:
    return [await _once(metric, sample) for _ in range(repeats)]


async def _once(metric: Any, sample: Any) -> float:
    try:
        return float(await metric.single_turn_ascore(sample))
    except Exception:  # noqa: BLE001 whatever a judge does instead of judging, it gave no number
        return nan


def _summed(scored: Sequence[tuple[str, list[float]]]) -> Judged:
    numbers = {case: [value for value in values if not isnan(value)] for case, values in scored}
    total = sum(len(values) for _, values in scored)
    nans = total - sum(map(len, numbers.values()))
    as_failures = [fmean(0.0 if isnan(value) else value for value in values) for _, values in scored]
    made = figure(as_failures)
    assert made is not None
    return Judged(
        figure=made,
        spread=fmean(pstdev(values) if values else 0.0 for values in numbers.values()),
        nan=nans,
        asked=total,
        by_case={case: fmean(values) if values else nan for case, values in numbers.items()},
    )


def _applies(name: str, trial: Trial) -> bool:
    """Metrics that compare with expected facts need some."""
    return bool(trial.case.facts) or name in {
        "id context precision", "id context recall", "faithfulness", "response relevancy",
    }  # fmt: skip


def _sample(trial: Trial) -> Any:
    ragas = load_ragas()
    cited = dict.fromkeys(each.slug or each.url for each in trial.asked.citations)
    return ragas.SingleTurnSample(
        user_input=trial.case.question,
        response=trial.shown,
        reference=" ".join(trial.case.facts) or None,
        retrieved_contexts=trial.quoted.split("\n"),
        reference_contexts=list(trial.case.facts) or None,
        retrieved_context_ids=list(cited),
        reference_context_ids=list(trial.case.pages),
    )


def _model_free(embedder: Embedder) -> dict[str, Any]:
    load_ragas()
    from ragas import metrics

    return {
        "id context precision": metrics.IDBasedContextPrecision(),
        "id context recall": metrics.IDBasedContextRecall(),
        "non-llm context precision": metrics.NonLLMContextPrecisionWithReference(),
        "non-llm context recall": metrics.NonLLMContextRecall(),
        "semantic similarity": metrics.SemanticSimilarity(embeddings=wrapped_embedder(embedder)),
        "rouge": metrics.RougeScore(),
    }


def _judged(judge: Judge, embedder: Embedder) -> dict[str, Any]:
    load_ragas()
    from ragas import metrics

    llm = wrapped_model(judge)
    return {
        "faithfulness": metrics.Faithfulness(llm=llm),
        "response relevancy": metrics.ResponseRelevancy(
            llm=llm, embeddings=wrapped_embedder(embedder), strictness=1
        ),
        "context precision": metrics.LLMContextPrecisionWithReference(llm=llm),
        "context recall": metrics.LLMContextRecall(llm=llm),
        "factual correctness": metrics.FactualCorrectness(llm=llm),
        "noise sensitivity": metrics.NoiseSensitivity(llm=llm),
    }
