"""What each guard adds to the time of a question and of an answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from statistics import median, quantiles

from evals.guardrail_report import Row
from guardrails import (
    AttackClassifier,
    CrisisClassifier,
    Policy,
    Redactor,
    grounded,
    inspect_output,
    screen,
)
from guardrails.classifier import Embed

_CANARY, _HOSTS = "CANARY-7f3a9c21", ("govt.nz",)
QUESTION = (
    "Kia ora my name is Aroha Whaikawa and I live at 12 Queen Street, Wellington. My IRD number is "
    "49-098-576, my phone is 021 123 4567 and my email is aroha@example.co.nz. I lost my job last week and "
    "my partner works part time, so can we get Jobseeker Support and the Accommodation Supplement while we "
    "both look for work, and how long does it take?"
)
_PASSAGE = (
    "You must apply within 10 working days of losing your job. You cannot get the payment if you are under "
    "18. Call Work and Income on 0800 559 009 or go to www.workandincome.govt.nz. The payment is up to $150 "
    "a week before tax. "
)


ALL, WITH_MEANING = "question, all guards", "question, all + meaning"


def measure_latency(
    redactor: Redactor, policy: Policy, *, embed: Embed | None = None, repeats: int = 40
) -> list[Row]:
    """Median and 95th percentile in milliseconds: a question of 60 words, an answer of 300.

    The target is for what the service runs: with the classifiers where there is an embedder.
    """
    answer = (_PASSAGE * 8)[:1700]
    redacted = redactor.redact(QUESTION).text
    sentence = "You must apply within 10 working days of losing your job"
    steps: dict[str, Callable[[], object]] = {
        "redact question": lambda: redactor.redact(QUESTION),
        "screen question": lambda: screen(redacted, policy=policy),
        ALL: lambda: screen(redactor.redact(QUESTION).text, policy=policy),
        "redact answer": lambda: redactor.redact(answer, allow=[_PASSAGE]),
        "inspect answer": lambda: inspect_output(answer, canary=_CANARY, allowed_hosts=_HOSTS),
        "ground one sentence": lambda: grounded(f"So {sentence}.", [_PASSAGE]),
    }
    if embed is not None:
        steps[WITH_MEANING] = _as_served(redactor, policy, embed)
    aimed = ALL if embed is None else WITH_MEANING
    rows = []
    for name, step in steps.items():
        step()
        times = [_milliseconds(step) for _ in range(repeats)]
        target = 10.0 if name == aimed else None
        text = f"p50 {median(times):.2f} ms, p95 {quantiles(times, n=20)[-1]:.2f} ms"
        rows.append(Row("latency", name, median(times), text, target, at_most=True))
    return rows


def _as_served(redactor: Redactor, policy: Policy, embed: Embed) -> Callable[[], object]:
    """Both classifiers share a text's vector within one question, as at the composition root."""
    shared = cache(embed)
    attack, crisis = AttackClassifier.load(shared), CrisisClassifier.load(shared)

    def step() -> object:
        shared.cache_clear()
        return screen(redactor.redact(QUESTION).text, policy=policy, classifier=attack, crisis=crisis)

    return step


def _milliseconds(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return (time.perf_counter() - start) * 1000
