"""The source that a text names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import BadAddress, HostNotAllowed, SourceError
from ingest.sources.address import canonical
from ingest.sources.crawl import WebSource
from ingest.sources.folder import FolderSource
from ingest.sources.jsonl import JsonlSource
from ingest.sources.reach import Reach
from ingest.sources.url_list import read_url_list

if TYPE_CHECKING:
    from ingest.model import Source
    from ingest.sources.download import Limits

_JSON_LINES = (".jsonl", ".ndjson")
_ACCEPTED = (
    "Give a page address, a sitemap address, a folder of pages, a .jsonl file, or a .txt file of addresses."
)


def open_source(
    spec: str,
    *,
    allowed_hosts: tuple[str, ...] = ("govt.nz",),
    allow_private: bool = False,
    limits: Limits | None = None,
) -> Source:
    """The source that `spec` names: http(s) address of a page or sitemap, folder, .jsonl or .txt file.

    Raises SourceError, which says what is accepted, for anything else and for a host that is not allowed.
    """
    if "://" in spec:
        reach = Reach(allowed_hosts, allow_private)
        try:
            address = canonical(spec)
            reach.check(address)
        except (BadAddress, HostNotAllowed) as error:
            raise SourceError(str(error), what_to_do=error.what_to_do) from error
        return WebSource(address, reach=reach, limits=limits)
    path = Path(spec).expanduser()
    if path.suffix.lower() == ".txt" and path.is_file():
        reach = Reach(allowed_hosts, allow_private)
        return WebSource(read_url_list(path), reach=reach, limits=limits, name=spec)
    if spec.strip() and path.is_dir():
        return FolderSource(path)
    if path.suffix.lower() in _JSON_LINES and path.is_file():
        return JsonlSource(path)
    reason = "is a file of another kind" if path.is_file() else "is neither an address nor a file or folder"
    raise SourceError(f"{spec!r} {reason}", what_to_do=_ACCEPTED)
