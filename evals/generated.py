"""ragas' test-set generation over our passages: drafts for a person to review and add to a suite.

The model asks and answers; what a draft expects is a sentence of the page, byte for byte, that is nearest to
the model's answer. ragas' own way to cut pages counts tokens with a file from its maker's server, so it is
given our passages, and a count of bytes.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from evals.drafts import REVIEW
from evals.errors import EvalError
from evals.ragas_models import load_ragas, wrapped_embedder, wrapped_model
from evals.suite import Case

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from evals.judge import Judge
    from ingest import Embedder, Snapshot

LEAST_WORDS = 25
"""Of a passage that a question can be made from."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage as it stands on its page."""

    page: str
    """Slug or address."""
    text: str
    sentences: tuple[str, ...]


def excerpts(snapshot: Snapshot, *, pages: int) -> list[Excerpt]:
    """Passages of so many pages for citizens, spread evenly over the index; at most two of a page."""
    citizens = enumerate(snapshot.for_citizens)
    held = [at for at, asked in citizens if asked and snapshot.pages[at].page.language == "en"]
    step = max(1, len(held) // pages)
    found: list[Excerpt] = []
    for at in held[::step][:pages]:
        stored, units = snapshot.pages[at], snapshot.outlines[at].units
        long = [each for each in stored.passages if len(each.text.split()) >= LEAST_WORDS]
        for passage in long[:2]:
            inside = [each.unit for each in units if passage.start <= each.unit.start < passage.end]
            own = stored.page.text
            sentences = tuple(own[unit.start : unit.end] for unit in inside)
            name = stored.page.slug or stored.page.url
            found.append(Excerpt(name, own[passage.start : passage.end], sentences))
    return found


def generate_drafts(
    given: Sequence[Excerpt], judge: Judge, embedder: Embedder, *, size: int, today: date
) -> list[Case]:
    """About `size` cases with the tag `review`, whose value is the model's own answer.

    Raises `EvalError` where ragas is not installed, there is nothing to ask about, or the model does not
    answer as ragas needs it to.
    """
    load_ragas()
    if not given:
        raise EvalError("no page has a passage to ask about", what_to_do="Ingest pages, then run it again.")
    with ThreadPoolExecutor(1) as own:  # ragas patches asyncio for all where a loop is running
        rows = own.submit(_rows, given, judge, embedder, size).result()
    made = (_draft(at, row, given, embedder, today) for at, row in enumerate(rows, start=1))
    return _once([each for each in made if each is not None])


def _rows(given: Sequence[Excerpt], judge: Judge, embedder: Embedder, size: int) -> list[dict[str, Any]]:
    from ragas.testset import TestsetGenerator

    model, vectors = wrapped_model(judge), wrapped_embedder(embedder)
    made = TestsetGenerator(llm=model, embedding_model=vectors)
    try:
        found = made.generate_with_chunks(
            [each.text for each in given], testset_size=size, transforms=_transforms(model, vectors)
        )
        rows: list[dict[str, Any]] = found.to_list()
    except Exception as error:
        raise EvalError(
            f"the test set could not be generated: {type(error).__name__}: {error}",
            what_to_do="Check the judge's model: ragas needs one that writes the JSON it is asked for.",
        ) from error
    return rows


def _transforms(model: Any, vectors: Any) -> list[Any]:
    """As ragas treats chunks, without its own count of tokens."""
    from ragas.testset.transforms import default_transforms_for_prechunked
    from ragas.tokenizers import BaseTokenizer

    class Bytes(BaseTokenizer):
        def encode(self, text: str) -> list[int]:
            return list(text.encode())

        def decode(self, tokens: list[int]) -> str:
            return bytes(tokens).decode(errors="ignore")

    made: list[Any] = default_transforms_for_prechunked(llm=model, embedding_model=vectors)
    for each in made:
        for one in getattr(each, "transformations", [each]):
            if hasattr(one, "tokenizer"):
                one.tokenizer = Bytes()
    return made


def _draft(
    at: int, row: dict[str, Any], given: Sequence[Excerpt], embedder: Embedder, today: date
) -> Case | None:
    """None for a question that rests on no excerpt of ours."""
    contexts = [str(text) for text in row.get("reference_contexts") or ()]
    used = [each for each in given if any(each.text.strip() in text for text in contexts)]
    question, answer = str(row.get("user_input") or "").strip(), str(row.get("reference") or "").strip()
    if not used or not question:
        return None
    return Case(
        id=f"generated-{today:%Y%m%d}-{at}",
        question=question,
        pages=tuple(dict.fromkeys(each.page for each in used)),
        facts=_nearest(answer, used, embedder),
        tags={"source": "ragas", "kind": str(row.get("synthesizer_name") or ""), REVIEW: answer or "draft"},
        date=today.isoformat(),
    )


def _nearest(answer: str, used: Iterable[Excerpt], embedder: Embedder) -> tuple[str, ...]:
    sentences = [text for each in used for text in each.sentences]
    if not sentences or not answer:
        return ()
    vectors = embedder.embed([answer, *sentences])
    return (sentences[int(np.argmax(vectors[1:] @ vectors[0]))],)


def _once(cases: Sequence[Case]) -> list[Case]:
    """The first of each question."""
    return list({each.question.casefold(): each for each in reversed(cases)}.values())[::-1]
