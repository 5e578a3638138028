"""Supplies of pages: an address, a sitemap, a folder, a file of JSON lines.

Each is imported when it is first asked for: a process that only answers needs neither a web client nor an
HTML parser.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.sources.crawl import WebSource
    from ingest.sources.download import Limits
    from ingest.sources.folder import FolderSource
    from ingest.sources.html import extract
    from ingest.sources.jsonl import JsonlSource
    from ingest.sources.opening import open_source
    from ingest.sources.reach import Reach

__all__ = ["FolderSource", "JsonlSource", "Limits", "Reach", "WebSource", "extract", "open_source"]

_HOMES = {
    "FolderSource": "folder",
    "JsonlSource": "jsonl",
    "Limits": "download",
    "Reach": "reach",
    "WebSource": "crawl",
    "extract": "html",
    "open_source": "opening",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
