"""A version of the index in memory, without a catalog or a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assistant.model import Screened, Turn
from assistant.retrieve import retrieve
from assistant.threshold import default_threshold
from assistant.understand import understand
from guardrails import Action, Verdict
from ingest import Snapshot, StoredPage
from ingest.passages import passages
from ingest.units import outline
from tests.doubles import BagOfWords, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.model import Retrieved
    from ingest import Page


class Speller(BagOfWords):
    """The bag of words, knowing no word by heart: each is two tokens, so that spelling is looked at."""

    def count(self, text: str) -> int:
        return 2 * super().count(text)


PASSPORT = page(
    "renew-an-adult-passport",
    """This page tells you how to renew.

## Who can renew
You can renew online if you have had an adult passport. You cannot renew a child's passport online.

## How much it costs
| Service | Fee |
|---|---|
| Standard | $247 |
| Urgent | $497 |

## How to apply
1. Get a photo.
2. Choose an identity referee.
3. Apply online and pay.

## What you need
You need all of these:

- an identity referee who knows you
- a digital photo saved as a JPG file

## Contact
- Phone: 0800 22 50 50
""",
)
DOG = page(
    "register-a-dog",
    "## When\nRegister your dog before it is 3 months old.\n\n## Cost\nThe council sets the fee for a dog.",
)
JOBSEEKER = page(
    "jobseeker-support",
    "## What it is\nJobseeker Support is a weekly payment from Work and Income until you find work.\n\n"
    "## Stand-down\nYou may have to wait 2 weeks for your first payment.",
)


def snapshot(
    pages: Sequence[Page] = (PASSPORT, DOG, JOBSEEKER),
    *,
    units: bool = True,
    embedder: BagOfWords | None = None,
) -> Snapshot:
    """The pages, embedded; without vectors of units where `units` is false."""
    embedder = embedder or BagOfWords()
    now = datetime(2026, 11, 23, tzinfo=UTC)
    stored = [StoredPage(each, each.id, each.version, now, passages(each, embedder.count)) for each in pages]
    vectors = embedder.embed([passage.search_text for each in stored for passage in each.passages])
    texts = [unit.search_text for each in pages for unit in outline(each).units]
    return Snapshot.build(1, stored, vectors, embedder.embed(texts) if units else None)


def ask(
    question: str,
    held: Snapshot | None = None,
    *,
    history: Sequence[str | Turn] = (),
    language: str = "en",
    embedder: BagOfWords | None = None,
) -> Retrieved:
    """What is found for the question, taken as relevant."""
    verdict = Verdict(Action.PASS, "", "")
    turns = tuple(each if isinstance(each, Turn) else Turn(each) for each in history)
    screened = Screened(question, turns, language, (), verdict)
    found = retrieve(
        understand(screened), held or snapshot(), embedder or BagOfWords(), threshold=default_threshold()
    )
    return replace(found, relevant=True)
