"""Circuit breakers: a dependency that keeps failing is left alone for a while, then tried by one call.

The counting is that of the library `circuitbreaker`, by a clock that nobody can move (decision 0065).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from circuitbreaker import STATE_HALF_OPEN, CircuitBreaker

if TYPE_CHECKING:
    from collections.abc import Iterator

_log = structlog.get_logger("web")


@dataclass(frozen=True, slots=True)
class Patience:
    """`failures` one after the other open the breaker; after `seconds` one call tries again."""

    failures: int
    seconds: float


MODEL = Patience(failures=3, seconds=30)
"""Each failure may have cost a citizen the model's whole time limit."""

REDIS = Patience(failures=1, seconds=5)
"""Nothing is lost by counting alone, and each failure holds a question up."""

VECTORS = Patience(failures=2, seconds=10)


class Breaker:
    """One dependency's breaker, for one process and one event loop."""

    def __init__(self, name: str, patience: Patience) -> None:
        self.name = name
        self._circuit = CircuitBreaker(patience.failures, patience.seconds, name=name)
        self._trying = False

    @property
    def is_open(self) -> bool:
        """Whether the dependency is to be left alone now, also because another call tries it just now."""
        return self._circuit.opened or (self._trying and self._circuit.state == STATE_HALF_OPEN)

    @contextmanager
    def call(self) -> Iterator[None]:
        """A call of the dependency; an error that leaves it counts, a caller who goes away does not."""
        trial = self._circuit.state == STATE_HALF_OPEN
        self._trying = self._trying or trial
        try:
            yield
        except Exception as error:
            self._failed(error)
            raise
        else:
            self._circuit.reset()
        finally:
            self._trying = self._trying and not trial

    def _failed(self, error: Exception) -> None:
        was_open = self._circuit.opened
        self._circuit.__exit__(type(error), error, None)
        if self._circuit.opened and not was_open:
            _log.warning("left alone for a while", dependency=self.name, error=type(error).__name__)
