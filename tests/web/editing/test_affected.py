"""Vectors of questions are made once, and not held on to for good."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from evals import Case
from tests.doubles import BagOfWords, page
from tests.snapshots import snapshot
from web.editing.affected import Affected
from web.editing.report import Asking

pytestmark = pytest.mark.anyio


async def told(done, total):
    """Nobody looks."""


async def test_a_question_that_is_asked_no_more_is_forgotten():
    """What was looked at last is not embedded again; what was not looked at since is."""
    embedder, version = BagOfWords(), snapshot([page("fees", "A passport costs $100.")])
    affected = Affected(SimpleNamespace(index=SimpleNamespace(embedder=embedder)))

    async def embedded(*questions):
        embedder.embedded.clear()
        asking = [(Asking(each, each, (), ""), Case(id=each, question=each)) for each in questions]
        await affected.find(asking, [version], frozenset(), told)
        return embedder.embedded

    assert await embedded("old", "kept") == ["old", "kept"]
    assert await embedded("kept", "new") == ["new"]
    assert await embedded("old", "new") == ["old"]
