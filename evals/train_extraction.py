"""Train the weights by which extraction chooses units, and write `assistant/weights.toml`.

    python -m evals.train_extraction --data DIR --models DIR evals/suites/*-development.jsonl

A conditional logit: of all units of the expected page, one that holds an expected fact should have the
highest score. Fitted by L-BFGS with a ridge, reported by cross-validation over folds of pages, so that
no page is both learnt from and tested on.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]  # shipped without types

from assistant.features import features, names
from assistant.language import detect
from assistant.model import Screened, Turn
from assistant.retrieve import retrieve
from assistant.threshold import default_threshold
from assistant.understand import understand
from guardrails import Action, Verdict
from ingest import Catalog, ChromaVectors, Index, chroma_on_disk, open_embedder, open_engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ingest import Embedder, Snapshot

PRIOR = {"section asked for": 4.0}
"""Held, not fitted: the suites hardly ask in general ("how do I get X?"), citizens do all the time."""

RIDGE = 3.0
FOLDS = 6


@dataclass(frozen=True)
class Example:
    """The units of one expected page for one question: their features, and which hold a fact."""

    page: str
    features: NDArray[np.float32]
    holds: NDArray[np.bool_]


def examples(cases: Sequence[dict[str, Any]], snapshot: Snapshot, embedder: Embedder) -> Iterator[Example]:
    """One example for each question and expected page that holds one of its facts."""
    for case in cases:
        language = case.get("language") or detect(case["question"])
        history = tuple(Turn(each) for each in case.get("history", ()))
        screened = Screened(case["question"], history, language, (), Verdict(Action.PASS, "", ""))
        found = retrieve(
            understand(screened), snapshot, embedder, k=len(snapshot.pages), threshold=default_threshold()
        )
        for ranked in found.pages:
            slug = ranked.page.page.slug or ""
            if slug not in case["pages"] and slug.rpartition("/")[2] not in case["pages"]:
                continue
            text = ranked.page.page.text
            units = snapshot.outline(ranked.page).units
            quotes = [text[each.unit.start : each.unit.end] for each in units]
            holds = np.array([any(fact in quote for fact in case["facts"]) for quote in quotes])
            if holds.any():
                yield Example(slug, features(found, ranked), holds)


def fit(data: Sequence[Example], ridge: float) -> NDArray[np.float64]:
    """Weights of the features that make the units which hold facts most likely."""
    spread = np.concatenate([each.features for each in data]).std(axis=0) + 1e-6
    scaled = [(each.features / spread, each.holds) for each in data]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = ridge * float(weights @ weights), 2 * ridge * weights
        for rows, holds in scaled:
            scores = rows @ weights
            odds = np.exp(scores - scores.max())
            right = odds * holds
            total -= float(np.log(right.sum() / odds.sum()))
            slope = slope - rows.T @ (right / right.sum() - odds / odds.sum())
        return total, slope

    start = np.array([PRIOR.get(name, 0.0) for name in names()]) * spread
    bounds = [(at, at) if name in PRIOR else (None, None) for name, at in zip(names(), start, strict=True)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x / spread, dtype=np.float64)


def validated(data: Sequence[Example], ridge: float) -> NDArray[np.int64]:
    """For each example the rank (0 is best) of the first unit with a fact, by weights of other pages."""
    pages = np.random.default_rng(0).permutation(sorted({each.page for each in data}))
    fold = {page: at % FOLDS for at, page in enumerate(pages)}
    ranks = []
    for held_out in range(FOLDS):
        weights = fit([each for each in data if fold[each.page] != held_out], ridge)
        for each in data:
            if fold[each.page] == held_out:
                order = np.argsort(-(each.features @ weights), kind="stable")
                ranks.append(int(np.argmax(each.holds[order])))
    return np.array(ranks, dtype=np.int64)


def report(ranks: NDArray[np.int64]) -> str:
    """Share of examples with a fact among the first units."""
    return ", ".join(f"in the first {k}: {(ranks < k).mean():.3f}" for k in (1, 2, 3, 4, 5))


def write(weights: NDArray[np.float64], source: str, path: Path, on: date) -> None:
    """The weights as TOML, by feature name."""
    lines = [f'"{name}" = {value:.3f}' for name, value in zip(names(), weights, strict=True)]
    head = [
        "# Weights of extraction's features (assistant/features.py), written by evals/train_extraction.py.",
        'owner = "evaluation"',
        f'source = "{source}"',
        f"date = {on.isoformat()}",
        "",
        "[weights]",
    ]
    path.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")


async def _snapshot(data: Path, models: Path) -> tuple[Snapshot, Embedder]:
    engine = open_engine(f"sqlite+aiosqlite:///{data / 'assistant.db'}")
    embedder = open_embedder(models)
    index = Index(Catalog(engine), ChromaVectors(chroma_on_disk(data / "vectors"), embedder.name), embedder)
    return await index.live(), embedder


def main() -> None:
    """Train on the suites named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="+", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("assistant/weights.toml"))
    chosen = parser.parse_args()
    cases = [json.loads(line) for suite in chosen.suites for line in suite.read_text("utf-8").splitlines()]
    cases = [case for case in cases if case.get("facts")]
    snapshot, embedder = asyncio.run(_snapshot(chosen.data, chosen.models))
    data = list(examples(cases, snapshot, embedder))
    print(len(data), "examples;", report(validated(data, RIDGE)))
    named = " ".join(suite.stem for suite in chosen.suites)
    source = f"{len(data)} examples of {named}; {report(validated(data, RIDGE))}"
    write(fit(data, RIDGE), source, chosen.out, datetime.now(UTC).date())


if __name__ == "__main__":
    main()
