"""A source of pages becomes a published version of the index."""

from ingest.ahead import MadeAhead, make_ahead
from ingest.catalog import Catalog
from ingest.check import Checked, Duplicate, check
from ingest.checks import Check
from ingest.chroma import ChromaVectors
from ingest.chroma_clients import chroma_on_disk, chroma_server
from ingest.contradictions import Contradiction, Statement
from ingest.database import connect as reading
from ingest.database import create_tables, insert_missing, metadata, open_engine, storage_errors, upsert
from ingest.differences import Change, Difference, PageChange, PassageChange
from ingest.embedding import Embedder, open_embedder, read_all
from ingest.errors import (
    EmptyIndex,
    IndexLocked,
    IngestError,
    NotPublishable,
    StaleCandidate,
    UnknownPage,
    UnknownVersion,
)
from ingest.history import PageVersion
from ingest.index import Index
from ingest.kept_vectors import KeptVectors
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
from ingest.page_list import PageFilter, PageList, PageRow
from ingest.policy import Freshness, IngestPolicy
from ingest.prune import Pruned, prune
from ingest.recovering import needs_restart, open_recovering
from ingest.refresh import Refreshed, next_due, refresh
from ingest.removals import Removal
from ingest.report import Progress, Report
from ingest.snapshot import Snapshot
from ingest.structure import Block, BlockKind, Unit, UnitKind, cells, plain
from ingest.sync import rebuild, remove, sync, sync_all
from ingest.terms import fold, keys, terms, words
from ingest.transaction import engines, transact
from ingest.unit_files import UnitFiles
from ingest.vectors import VectorStore
from ingest.versions import LIVE_VERSION, Version, VersionState

__all__ = [
    "LIVE_VERSION",
    "Block",
    "BlockKind",
    "Catalog",
    "Change",
    "Check",
    "Checked",
    "ChromaVectors",
    "Contradiction",
    "Difference",
    "Duplicate",
    "Embedder",
    "EmptyIndex",
    "Fact",
    "FactStatus",
    "Failed",
    "Fetched",
    "Freshness",
    "Gone",
    "Index",
    "IndexLocked",
    "IngestError",
    "IngestPolicy",
    "KeptVectors",
    "MadeAhead",
    "NotPublishable",
    "Origin",
    "Page",
    "PageChange",
    "PageFilter",
    "PageList",
    "PageRow",
    "PageVersion",
    "Passage",
    "PassageChange",
    "Progress",
    "Pruned",
    "Refreshed",
    "Removal",
    "Report",
    "Skipped",
    "Snapshot",
    "Source",
    "StaleCandidate",
    "Statement",
    "StoredPage",
    "Unchanged",
    "Unit",
    "UnitFiles",
    "UnitKind",
    "UnknownPage",
    "UnknownVersion",
    "Validators",
    "VectorStore",
    "Version",
    "VersionState",
    "cells",
    "check",
    "chroma_on_disk",
    "chroma_server",
    "create_tables",
    "digest",
    "engines",
    "fold",
    "insert_missing",
    "keys",
    "make_ahead",
    "metadata",
    "needs_restart",
    "next_due",
    "open_embedder",
    "open_engine",
    "open_recovering",
    "page_id",
    "plain",
    "prune",
    "read_all",
    "reading",
    "rebuild",
    "refresh",
    "remove",
    "storage_errors",
    "sync",
    "sync_all",
    "terms",
    "transact",
    "upsert",
    "words",
    "writing",
]
