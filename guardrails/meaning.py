"""What a text's vectors say where no rule does: how near it is to an attack, and to somebody in danger."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.classifier import AttackClassifier
from guardrails.crisis_classifier import CrisisClassifier, Values


@dataclass(frozen=True, slots=True)
class Meaning:
    """Probabilities, from 0 to 1, and the kind of crisis ("" below its classifier's threshold)."""

    attack: float
    crisis: str
    danger: float


@dataclass(frozen=True, slots=True)
class Classifiers:
    """Both classifiers; they know the vectors of all-MiniLM-L6-v2 only."""

    attack: AttackClassifier
    crisis: CrisisClassifier

    @classmethod
    def load(cls) -> Classifiers:
        """Read the packaged weights; raises PolicyError."""
        return cls(AttackClassifier.load(), CrisisClassifier.load())

    def __call__(self, vectors: Values) -> Meaning:
        """Read a text's vector and those of its `clauses`: shape (1 + clauses, dimensions).

        Raises ValueError where the dimensions differ.
        """
        return Meaning(self.attack(vectors[0]), *self.crisis(vectors))
