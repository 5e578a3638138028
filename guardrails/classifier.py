"""A second opinion on attacks: logistic regression over a sentence embedding. It adds a signal and decides
nothing.

Rules alone find few attacks that nobody has seen before, and so does this; `train_attack_classifier.py`
made the weights from `data/attack_training.toml` (own work, CC0).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guardrails.errors import PolicyError
from guardrails.toml_files import DATA_FOLDER

WEIGHTS = DATA_FOLDER / "attack_classifier.json"


@dataclass(frozen=True, slots=True)
class AttackClassifier:
    """Gives the probability, from 0 to 1, that a text is an attack."""

    weights: NDArray[np.float64]
    bias: float

    @classmethod
    def load(cls, file: Path = WEIGHTS) -> AttackClassifier:
        """Read the weights, which were made for all-MiniLM-L6-v2 with vectors of length one."""
        try:
            values = json.loads(file.read_text(encoding="utf-8"))
            return cls(np.array(values["weights"], dtype=np.float64), float(values["bias"]))
        except FileNotFoundError as error:
            remedy = "is missing: run python -m guardrails.train_attack_classifier"
            raise PolicyError(file, "", remedy) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise PolicyError(file, "", f"cannot be used ({error}): train it again") from error

    def __call__(self, vector: NDArray[np.floating[Any]]) -> float:
        """The probability for one text's vector. Raises ValueError where the dimensions differ."""
        score = float(np.dot(self.weights, vector)) + self.bias
        return 1 / (1 + exp(-max(-40.0, min(40.0, score))))
