"""What each component of retrieval is worth: everything on, then each one off, on the same questions.

    python -m evals.bench.ablation --data DATA_DIR --models DIR [--write docs/retrieval.md]

DATA_DIR is an installation that holds the starter content. The last column is the loss in reciprocal rank
of the expected page with its 95 % bootstrap interval, over all suites together.
"""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant import Question, Screened, Threshold, Turn, retrieve, understand
from assistant.language import detect
from assistant.scoring import DEFAULT_MIX
from evals.bench.document import written
from evals.intervals import resampled_means
from evals.ranking import reciprocal_rank
from evals.suite import load
from guardrails import Action, Verdict
from ingest import Catalog, ChromaVectors, Index, chroma_on_disk, open_embedder, open_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assistant.scoring import Mix
    from evals.suite import Case
    from ingest import Embedder, Snapshot

SUITES = (
    "answers-development",
    "answers-report",
    "keywords-development",
    "follow-ups",
    "tereo",
    "contacts",
    "programme-citizens",
)

OFF: Mapping[str, Mix] = {
    "everything on": DEFAULT_MIX,
    "no lexical score": replace(DEFAULT_MIX, lexical=0.0, words_first=0.0),
    "no passages' vectors": replace(DEFAULT_MIX, dense=0.0),
    "no units": replace(DEFAULT_MIX, unit=0.0),
    "no words in units": replace(DEFAULT_MIX, words_in_unit=0.0),
    "no synonyms": replace(DEFAULT_MIX, synonyms=0.0),
    "no spelling": replace(DEFAULT_MIX, spelling=False),
    "languages alike": replace(DEFAULT_MIX, other_language=1.0),
    "audiences alike": replace(DEFAULT_MIX, other_audience=1.0),
    "agencies alike": replace(DEFAULT_MIX, other_agency=1.0),
    "no glossary first": replace(DEFAULT_MIX, words_first=DEFAULT_MIX.lexical),
}
HISTORY = "no earlier turns"
MARKS = ("<!-- ablation: begin -->", "<!-- ablation: end -->")


class Kept:
    """The embedder, remembering questions: every run asks the same ones."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name, self.dimensions = embedder.name, embedder.dimensions
        self.read, self.count = embedder.read, embedder.count
        self._found: dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]] = {}

    def embed(
        self, texts: Sequence[str], progress: object = None
    ) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        """Vectors of `texts`, each embedded once."""
        asked = list(texts)
        for text in asked:
            if text not in self._found:
                self._found[text] = self._embedder.embed([text])[0]
        return np.array([self._found[text] for text in asked], dtype=np.float32)


def ranked(
    case: Case, snapshot: Snapshot, embedder: Embedder, mix: Mix = DEFAULT_MIX, *, history: bool = True
) -> list[str]:
    """For each page found, best first, the name by which the case expects it; empty for the others."""
    question = Question(case.question, tuple(Turn(each) for each in case.history) if history else ())
    language = "mi" if detect(question.text) == "mi" else "en"
    screened = Screened(question.text, question.history, language, (), Verdict(Action.PASS, "", ""))
    found = retrieve(understand(screened), snapshot, embedder, threshold=Threshold.load(), mix=mix)
    names = [{each.page.page.slug, each.page.page.url} & set(case.pages) for each in found.pages]
    return [next(iter(each), "") or "" for each in names]


def rank(case: Case, snapshot: Snapshot, embedder: Embedder, mix: Mix, *, history: bool = True) -> float:
    """Reciprocal rank of the first expected page."""
    found = ranked(case, snapshot, embedder, mix, history=history)
    return reciprocal_rank(found, dict.fromkeys(case.pages, 1))


def table(snapshot: Snapshot, embedder: Embedder) -> str:
    """Every component off in turn, as a Markdown table."""
    cases = {name: [each for each in load(name).cases if each.pages and each.answerable] for name in SUITES}
    lines = ["| | " + " | ".join(SUITES) + " | loss |", "|---|" + "---|" * (len(SUITES) + 1)]
    base: list[float] = []
    for label, mix in [*OFF.items(), (HISTORY, DEFAULT_MIX)]:
        found = {
            name: [rank(each, snapshot, embedder, mix, history=label != HISTORY) for each in some]
            for name, some in cases.items()
        }
        values = [value for some in found.values() for value in some]
        base = base or values
        gaps = np.array(base) - np.array(values)
        low, high = np.percentile(resampled_means(gaps, range(len(gaps))), [2.5, 97.5])
        loss = "" if label == "everything on" else f"{gaps.mean():.4f} [{low:.4f}, {high:.4f}]"
        cells = [f"{np.mean(some):.3f}" for some in found.values()]
        lines.append(f"| {label} | " + " | ".join(cells) + f" | {loss} |")
    return "\n".join(lines)


async def _open(data: Path, models: Path) -> tuple[Snapshot, Embedder]:
    engine = open_engine(f"sqlite+aiosqlite:///{data / 'assistant.db'}")
    embedder = open_embedder(models)
    vectors = ChromaVectors(chroma_on_disk(data / "vectors"), embedder.name)
    snapshot = await Index(Catalog(engine), vectors, embedder).live()
    await vectors.close()
    await engine.dispose()
    return snapshot, Kept(embedder)


def on_installation(
    about: str | None, measure: Callable[[Snapshot, Embedder], str], marks: tuple[str, str]
) -> None:
    """The command of a bench that asks an installation: measure, print, and write where asked."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    text = measure(*asyncio.run(_open(chosen.data, chosen.models)))
    print(text)
    if chosen.write:
        chosen.write.write_text(written(chosen.write.read_text("utf-8"), text, marks), encoding="utf-8")


if __name__ == "__main__":
    on_installation(__doc__, table, MARKS)
