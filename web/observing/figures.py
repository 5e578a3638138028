"""Figures of one process for Prometheus; none of them says what anybody asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant import Answer
    from web.breakers import Breaker

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40)
"""Bounds of the histograms: from a cached answer to a slow model's."""


class Budget(Protocol):
    """How many tokens the model may still use."""

    async def affords(self) -> bool: ...

    async def spend(self, tokens: int) -> None: ...


class Figures:
    """Counted while the process runs; `price` is New Zealand dollars for 1,000 tokens."""

    def __init__(self, price: float = 0.0) -> None:
        self.registry = registry = CollectorRegistry()
        self._price = price
        self._answers = Counter(
            "assistant_answers",
            "Questions by how they ended: answered, not_found, refused_…, crisis, error_….",
            ("outcome", "language", "composer"),
            registry=registry,
        )
        self._refused = Counter(
            "assistant_rules", "Questions that a rule of the policy decided.", ("rule",), registry=registry
        )
        self._dropped = Counter(
            "assistant_dropped_sentences",
            "Sentences that could not be verified and were not shown.",
            registry=registry,
        )
        self._steps = Histogram(
            "assistant_step_seconds",
            "Time that each step of an answer took.",
            ("step",),
            buckets=SECONDS,
            registry=registry,
        )
        self._lookups = Counter(
            "assistant_answer_cache",
            "Questions that were looked up among earlier answers: hit, miss, or passed by.",
            ("result",),
            registry=registry,
        )
        self._tokens = Counter("assistant_model_tokens", "Tokens that the model used.", registry=registry)
        self._dollars = Counter(
            "assistant_model_dollars", "New Zealand dollars that those tokens cost.", registry=registry
        )
        self.asking = Gauge("assistant_questions_now", "Questions at work now.", registry=registry)
        self.waiting = Gauge("assistant_questions_waiting", "Questions that wait.", registry=registry)
        self.turned_away = Counter(
            "assistant_questions_busy", "Questions that were told to come back later.", registry=registry
        )
        self._challenges = Counter(
            "assistant_challenges",
            "Questions of which work was asked, and what became of it: asked, worked, waited.",
            ("result",),
            registry=registry,
        )
        self._breakers = Gauge(
            "assistant_breaker_open",
            "1 while a dependency that kept failing is left alone, else 0.",
            ("dependency",),
            registry=registry,
        )
        for result in ("hit", "miss", "passed"):
            self._lookups.labels(result)

    def watched(self, breaker: Breaker) -> Breaker:
        """`breaker`, with its state told at every look."""
        self._breakers.labels(breaker.name).set_function(lambda: float(breaker.is_open))
        return breaker

    def answered(self, answer: Answer) -> None:
        """Count one answer."""
        self._answers.labels(answer.outcome, answer.language, answer.composer or "none").inc()
        if answer.rule:
            self._refused.labels(answer.rule).inc()
        self._dropped.inc(answer.dropped)
        for step, milliseconds in answer.timings.items():
            self._steps.labels(step).observe(milliseconds / 1000)

    def challenged(self, result: str) -> None:
        """Count a question of which work is asked, or that brings it."""
        self._challenges.labels(result).inc()

    def looked_up(self, result: str) -> None:
        """Count a look into the cache of answers."""
        self._lookups.labels(result).inc()

    def metered(self, budget: Budget, told: Callable[[int], None] = lambda _: None) -> Budget:
        """`budget`, with what is spent counted; `told` hears of each spending, in tokens."""
        return Metered(budget, self, told)

    def spent(self, tokens: int) -> None:
        """Count tokens and their price."""
        self._tokens.inc(max(tokens, 0))
        self._dollars.inc(max(tokens, 0) / 1000 * self._price)


class Metered:
    """A budget whose spending is counted."""

    def __init__(self, budget: Budget, figures: Figures, told: Callable[[int], None]) -> None:
        self._budget, self._figures, self._told = budget, figures, told

    async def affords(self) -> bool:
        return await self._budget.affords()

    async def spend(self, tokens: int) -> None:
        self._figures.spent(tokens)
        self._told(max(tokens, 0))
        await self._budget.spend(tokens)
