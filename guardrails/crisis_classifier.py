"""A second look for people in danger, by meaning: logistic regression over a sentence embedding.

Rules read words, so they miss what their author did not think of; this reads what a text is close to.
`train_crisis_classifier.py` made the weights from `data/crisis_training.toml` (own work, CC0). It knows
English only: te reo Māori is left to the rules.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guardrails.errors import PolicyError
from guardrails.toml_files import DATA_FOLDER

Values = NDArray[np.floating[Any]]
WEIGHTS = DATA_FOLDER / "crisis_classifier.json"
MOST_PARTS, FEWEST_WORDS = 4, 4
_BREAK = re.compile(r"[.!?;:,\n]+\s+|\n+")


def clauses(text: str) -> list[tuple[int, int]]:
    """Spans of the first four sentences and clauses of four words and more; none where there is one only.

    A cry for help in front of a long practical question is lost in the embedding of the whole.
    """
    ends = [(match.start(), match.end()) for match in _BREAK.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    found = list(zip(starts, [*(start for start, _ in ends), len(text)], strict=True))
    long = [(start, end) for start, end in found if len(text[start:end].split()) >= FEWEST_WORDS]
    return long[:MOST_PARTS] if len(found) > 1 else []


@dataclass(frozen=True, slots=True)
class CrisisClassifier:
    """Gives the kind of crisis that a text is about ("" for none) and how probable any crisis is, 0 to 1.

    `weights` has a row for each dimension and a column for "none" and for each category, in this order.
    """

    categories: tuple[str, ...]
    weights: Values
    bias: Values
    threshold: float

    @classmethod
    def load(cls, file: Path = WEIGHTS) -> CrisisClassifier:
        """Read the weights, which were made for all-MiniLM-L6-v2 with vectors of length one.

        Raises PolicyError when the file is missing or is not what the trainer writes.
        """
        try:
            return cls._from(json.loads(file.read_text(encoding="utf-8")))
        except FileNotFoundError as error:
            remedy = "is missing: run python -m guardrails.train_crisis_classifier"
            raise PolicyError(file, "", remedy) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise PolicyError(file, "", f"cannot be used ({error}): train it again") from error

    @classmethod
    def _from(cls, values: dict[str, Any]) -> CrisisClassifier:
        categories = tuple(map(str, values["categories"]))
        weights = np.array(values["weights"], dtype=np.float64).T / float(values["scale"])
        bias = np.array(values["bias"], dtype=np.float64)
        if bias.shape != (len(categories) + 1,) or weights.shape[1:] != bias.shape:
            raise ValueError("there is not one row of weights for each category and for none")
        if not (np.isfinite(weights).all() and np.isfinite(bias).all()):
            raise ValueError("a weight is not a number")
        threshold = float(values["threshold"])
        if not 0 < threshold < 1:
            raise ValueError("the threshold is not between 0 and 1")
        return cls(categories, weights, bias, threshold)

    def __call__(self, vectors: Values) -> tuple[str, float]:
        """Category and probability for a text or the likeliest of its clauses, given the vectors of both.

        `vectors` has shape (1 + clauses, dimensions). Raises ValueError where the dimensions differ.
        """
        found = shares_of(vectors @ self.weights + self.bias)
        shares = found[found[:, 0].argmin()]
        probability = float(1 - shares[0])
        if probability < self.threshold:
            return "", probability
        return self.categories[int(shares[1:].argmax())], probability


def shares_of(scores: Values) -> Values:
    """Scores as probabilities along the last axis (softmax)."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    found: Values = powers / powers.sum(axis=-1, keepdims=True)
    return found
