"""A source of pages becomes a published version of the index."""

from ingest.catalog import Catalog, Version
from ingest.database import create_tables, metadata, open_engine, upsert
from ingest.embedding import Embedder, open_embedder
from ingest.errors import EmptyIndex, IngestError, UnknownVersion
from ingest.index import Index
from ingest.lock import writing
from ingest.model import (
    Fact,
    FactStatus,
    Failed,
    Fetched,
    Gone,
    Origin,
    Page,
    Passage,
    Skipped,
    Source,
    StoredPage,
    Unchanged,
    Validators,
    digest,
    page_id,
)
from ingest.snapshot import Snapshot
from ingest.structure import Block, BlockKind, Unit, UnitKind, cells, plain
from ingest.sync import Plan, Progress, Report, plan, remove, sync
from ingest.terms import terms, words
from ingest.vectors import ChromaVectors, VectorStore, chroma_on_disk, chroma_server

__all__ = [
    "Block",
    "BlockKind",
    "Catalog",
    "ChromaVectors",
    "Embedder",
    "EmptyIndex",
    "Fact",
    "FactStatus",
    "Failed",
    "Fetched",
    "Gone",
    "Index",
    "IngestError",
    "Origin",
    "Page",
    "Passage",
    "Plan",
    "Progress",
    "Report",
    "Skipped",
    "Snapshot",
    "Source",
    "StoredPage",
    "Unchanged",
    "Unit",
    "UnitKind",
    "UnknownVersion",
    "Validators",
    "VectorStore",
    "Version",
    "cells",
    "chroma_on_disk",
    "chroma_server",
    "create_tables",
    "digest",
    "metadata",
    "open_embedder",
    "open_engine",
    "page_id",
    "plain",
    "plan",
    "remove",
    "sync",
    "terms",
    "upsert",
    "words",
    "writing",
]
