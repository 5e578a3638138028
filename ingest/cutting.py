"""The name of the way in which pages are cut, found by cutting a page that has one of everything.

A version of the index carries this name. When it changes, whoever changed passages, units or the
embedder's way of counting need not remember anything: the next ingest builds a full new version.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from ingest.model import Page, digest
from ingest.passages import CHUNKER, passages
from ingest.units import outline

if TYPE_CHECKING:
    from ingest.embedding import Embedder


def cutting(embedder: Embedder) -> str:
    """Name of how pages are cut for `embedder`."""
    text = resources.files("ingest").joinpath("probe.md").read_text("utf-8")
    probe = Page(url="urn:probe", title="Probe", text=text)
    cut = [each.search_text for each in passages(probe, embedder.count, CHUNKER)]
    units = [each.search_text for each in outline(probe).units]
    return f"{CHUNKER}-{digest(repr((embedder.name, cut, units)))[:8]}"
