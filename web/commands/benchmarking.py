"""`eval retrieval`: public benchmarks of retrieval alone, on an index of their own."""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from evals import BeirCorpus, Figure, QueryResult, rank_all, read_benchmark, summary
from evals.dialogue_benchmark import DialogueCorpus, read_dialogues
from ingest import sync, writing
from web.commands import WRONG, errors_told, with_services
from web.main import now
from web.progress import Bar
from web.settings import Settings

if TYPE_CHECKING:
    from evals import Benchmark
    from ingest import Source
    from web.main import Services


def retrieval(
    beir: Annotated[
        Path | None, typer.Option(help="Folder with corpus.jsonl, queries.jsonl and qrels.tsv.")
    ] = None,
    multidoc2dial: Annotated[
        Path | None, typer.Option(help="Folder with MultiDoc2Dial's documents and dialogues.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a query, the summary in the last line.")
    ] = False,
    index: Annotated[
        Path | None, typer.Option(help="Folder to keep the benchmark's index in, and to use again.")
    ] = None,
) -> None:
    """Rank a benchmark's queries over its documents: nDCG@10, recall and reciprocal rank, with intervals."""
    if (beir is None) == (multidoc2dial is None):
        print("Give either --beir or --multidoc2dial, with a folder.", file=sys.stderr)
        raise typer.Exit(WRONG)
    with errors_told():
        benchmark, corpus = _benchmark(beir, multidoc2dial)

    async def work(built: Services) -> list[QueryResult]:
        async with writing(built.settings.data_dir, "benchmark"):
            with Bar(quiet=as_json) as bar:
                await sync(corpus, built.index, now=now, progress=bar)
        return list(rank_all(benchmark, await built.index.live(), built.assistant))

    with ExitStack() as stack:
        folder = index or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark")))
        results = with_services(work, _on(folder))
    if as_json:
        _print_rows(results)
    else:
        _show(benchmark.folder.name, summary(results))


def _benchmark(beir: Path | None, dialogues: Path | None) -> tuple[Benchmark, Source]:
    if beir is not None:
        return read_benchmark(beir), BeirCorpus(beir)
    assert dialogues is not None
    return read_dialogues(dialogues), DialogueCorpus(dialogues)


def _on(folder: Path) -> Settings:
    """The installation's settings, with everything that is stored in `folder`."""
    settings = Settings()
    own = {"data_dir": folder, "models_dir": settings.models, "database_url": None, "chroma_url": None}
    return settings.model_copy(update=own)


def _print_rows(results: list[QueryResult]) -> None:
    for result in results:
        measures = {name: round(value, 6) for name, value in result.measures.items()}
        row = {"id": result.id, "query": result.query, "measures": measures}
        print(json.dumps(row | {"ranked": result.ranked, "scores": result.scores}, ensure_ascii=False))
    total = {name: asdict(value) for name, value in summary(results).items()}
    print(json.dumps({"queries": len(results), "summary": total}))


def _show(name: str, figures: dict[str, Figure]) -> None:
    table = Table("measure", "mean", "95 % interval", "queries", title=name)
    for measure, value in figures.items():
        table.add_row(measure, f"{value.mean:.3f}", f"{value.low:.3f} to {value.high:.3f}", str(value.n))
    Console(highlight=False).print(table)
