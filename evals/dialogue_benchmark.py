"""MultiDoc2Dial as a retrieval benchmark: its documents as pages, questions with what was asked before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.beir import Benchmark
from evals.errors import BenchmarkError, SuiteError
from evals.interchange import read_suite
from evals.interchange.multidoc2dial import DOCUMENTS, documents
from ingest import Failed, Page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from ingest import Fetched, Validators

_ADDRESS = "urn:page:"


class DialogueCorpus:
    """A source of the documents; each becomes a page under `urn:page:<doc_id>`."""

    complete = True
    web = False

    def __init__(self, folder: Path) -> None:
        self.name = f"multidoc2dial {folder.name}"
        self._folder = folder

    async def count(self) -> int | None:
        """How many documents there are."""
        return sum(1 for _ in documents(self._folder))

    async def fetch(self, known: Mapping[str, Validators]) -> AsyncIterator[Fetched]:
        """Every document; those without text fail by name."""
        for identifier, title, text in documents(self._folder):
            if text:
                yield Page(url=_ADDRESS + identifier, title=title, text=text)
            else:
                yield Failed(_ADDRESS + identifier, "it has no text")


def read_dialogues(folder: Path) -> Benchmark:
    """The questions that a document answers, and which; raises `BenchmarkError` naming what is missing."""
    try:
        cases = [case for case in read_suite("multidoc2dial", folder) if case.pages]
        if not sum(1 for _ in documents(folder)):
            raise BenchmarkError(f"{folder} has no documents ({DOCUMENTS})", what_to_do=_LAYOUT)
    except (SuiteError, KeyError, ValueError) as error:
        raise BenchmarkError(f"{folder}: {error}", what_to_do=_LAYOUT) from error
    return Benchmark(
        folder,
        {case.id: case.question for case in cases},
        {case.id: {page.removeprefix(_ADDRESS): 1 for page in case.pages} for case in cases},
        {case.id: case.history for case in cases},
    )


_LAYOUT = "Give a folder with multidoc2dial_doc.json and multidoc2dial_dial_validation.json."
