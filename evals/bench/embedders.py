"""Two embedders on suite tereo and its English twins, over the same pages in one run.

    python -m evals.bench.embedders --data DATA_DIR --models DIR MODEL

DATA_DIR is an installation that holds the starter content; MODEL is a folder or name of a
sentence-transformers model. Prints the mean reciprocal rank of the expected page with the packaged model
and with MODEL, and the ratio.
"""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.scoring import DEFAULT_MIX
from evals.bench.ablation import rank
from evals.suite import load
from ingest import Catalog, ChromaVectors, Index, Snapshot, chroma_on_disk, open_embedder, open_engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.suite import Case
    from ingest import Embedder

SUITES = ("tereo", "tereo-english")


@dataclass(frozen=True, slots=True)
class Row:
    """One suite with two embedders."""

    suite: str
    first: float
    second: float

    @property
    def ratio(self) -> float:
        """The second against the first; above 1 where it is better."""
        return self.second / self.first if self.first else 0.0


def embedded(snapshot: Snapshot, embedder: Embedder) -> Snapshot:
    """The same pages with vectors of `embedder`."""
    vectors = embedder.embed([passage.search_text for passage in snapshot.passages])
    units = embedder.embed([unit.search_text for each in snapshot.outlines for unit in each.units])
    return Snapshot.build(snapshot.version, snapshot.pages, vectors, units)


def compare_embedders(
    snapshot: Snapshot, first: Embedder, second: Embedder, suites: Sequence[tuple[str, Sequence[Case]]]
) -> list[Row]:
    """Mean reciprocal rank by suite; `snapshot` gives the pages, both embedders make their own vectors."""
    held = [(embedder, embedded(snapshot, embedder)) for embedder in (first, second)]
    rows = []
    for name, cases in suites:
        means = [
            sum(rank(case, version, embedder, DEFAULT_MIX) for case in cases) / len(cases)
            for embedder, version in held
        ]
        rows.append(Row(name, *means))
    return rows


async def _pages(data: Path, embedder: Embedder) -> Snapshot:
    engine = open_engine(f"sqlite+aiosqlite:///{data / 'assistant.db'}")
    vectors = ChromaVectors(chroma_on_disk(data / "vectors"), embedder.name)
    try:
        return await Index(Catalog(engine), vectors, embedder).live()
    finally:
        await vectors.close()
        await engine.dispose()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("model")
    options = parser.parse_args()
    first, second = open_embedder(options.models), open_embedder(options.models, model=options.model)
    snapshot = asyncio.run(_pages(options.data.resolve(), first))
    suites = [(name, load(name).cases) for name in SUITES]
    for row in compare_embedders(snapshot, first, second, suites):
        print(
            f"{row.suite}: {row.first:.3f} packaged, {row.second:.3f} {options.model}, ratio {row.ratio:.3f}"
        )


if __name__ == "__main__":
    main()
