"""What each guard adds to the time of a question and of an answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any

from evals.guardrail_report import Row
from guardrails import (
    Classifiers,
    Policy,
    Redactor,
    grounded,
    inspect_output,
    screen,
    without_placeholders,
)

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


RULES, ALL = "question, rules alone", "question, all guards"
VECTOR = "question's vector (shared)"


def measure_latency(
    redactor: Redactor, policy: Policy, *, read: Callable[[str], Any] | None = None, repeats: int = 40
) -> list[Row]:
    """Median and 95th percentile in milliseconds: a question of 60 words, an answer of 300.

    The target is for what the guards add to an answer as it is served: redaction, rules and classifiers.
    The question's vector, which the classifiers read and retrieval goes on with, has a row of its own.
    """
    answer = (_PASSAGE * 8)[:1700]
    redacted = redactor.redact(QUESTION).text
    sentence = "You must apply within 10 working days of losing your job"
    steps: dict[str, Callable[[], object]] = {
        "redact question": lambda: redactor.redact(QUESTION),
        "screen question": lambda: screen(redacted, policy=policy),
        RULES: lambda: screen(redactor.redact(QUESTION).text, policy=policy),
        "redact answer": lambda: redactor.redact(answer, allow=[_PASSAGE]),
        "inspect answer": lambda: inspect_output(answer, canary=_CANARY, allowed_hosts=_HOSTS),
        "ground one sentence": lambda: grounded(f"So {sentence}.", [_PASSAGE]),
    }
    if read is not None:
        steps[ALL] = _as_served(redactor, policy, read)
        steps[VECTOR] = lambda: read(without_placeholders(redacted))
    aimed = RULES if read is None else ALL
    rows = []
    for name, step in steps.items():
        step()
        times = [_milliseconds(step) for _ in range(repeats)]
        target = 10.0 if name == aimed else None
        text = f"p50 {median(times):.2f} ms, p95 {quantiles(times, n=20)[-1]:.2f} ms"
        rows.append(Row("latency", name, median(times), text, target, at_most=True))
    return rows


def _as_served(redactor: Redactor, policy: Policy, read: Callable[[str], Any]) -> Callable[[], object]:
    classifiers = Classifiers.load()
    vectors = read(without_placeholders(redactor.redact(QUESTION).text))

    def step() -> object:
        redacted = redactor.redact(QUESTION).text
        return screen(redacted, policy=policy, meaning=classifiers(vectors))

    return step


def _milliseconds(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return (time.perf_counter() - start) * 1000
