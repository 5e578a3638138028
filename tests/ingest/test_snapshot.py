"""What a version works out once is what was asked for, whatever its pages say."""

from __future__ import annotations

import pytest

from ingest import terms
from tests.doubles import page
from tests.snapshots import snapshot

NAMES = ["coarse", "lexicon", "positions", "successors", "threshold", "translations", "content digest"]


@pytest.mark.parametrize("title", NAMES)
def test_a_page_may_be_called_as_something_that_is_kept(title: str) -> None:
    """Its title is a text like any other, whichever of both is asked for first."""
    first, second = (snapshot([page(title, "It says something.")]) for _ in range(2))
    made = first.once(title, lambda: "made")
    assert (made, first.keys_of(title)) == ("made", frozenset(terms(title)))
    second.keys_of(title)
    assert second.once(title, lambda: "made") == "made"
