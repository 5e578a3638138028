"""What a job that reads pages again reads: some pages, some addresses, a source, or the whole site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from web.editing.errors import NothingToRead
from web.sources import STARTER, open_address, open_all, open_named, open_pages, read_at

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from collections.abc import Set as AbstractSet

    from ingest import Check, Source
    from web.settings import Settings

SITE = "the whole site"
NOTE = 200
"""Characters of what a version says of itself."""


def sources_of(
    arguments: Mapping[str, Any], checks: Collection[Check], settings: Settings
) -> tuple[list[Source], dict[str, str]]:
    """The sources to read, and why some cannot be opened; raises `NothingToRead`, `SourceError`.

    `only`, of a job that is run again, names what failed: pages, and sources that could not be read.
    """
    wanted = set(arguments.get("only") or arguments.get("urls") or ())
    ids = set(arguments.get("pages") or ()) if not arguments.get("only") else set()
    wanted |= {each.url for each in checks if each.page_id in ids}
    if wanted:
        return _some(wanted, arguments, checks, settings), {}
    if arguments.get("site"):
        found = open_all(checks, settings)
    elif arguments.get("source"):
        found = [_source(str(arguments["source"]), checks, settings)], {}
    else:
        found = [], {}
    if not any(found):
        raise NothingToRead("none of those pages has a source that it could be read from again")
    return found


def note_of(arguments: Mapping[str, Any], sources: Collection[Source], checks: Collection[Check]) -> str:
    """What the version is said to be: the site, the pages that were chosen, or the sources."""
    if arguments.get("site"):
        return SITE
    ids = set(arguments.get("pages") or ())
    chosen = sorted(each.url for each in checks if each.page_id in ids)
    return ", ".join(chosen or [source.name for source in sources])[:NOTE]


def _source(name: str, checks: Collection[Check], settings: Settings) -> Source:
    """One that pages came from, whatever it is; any other only by its web address."""
    known = name == STARTER or any(each.source == name for each in checks)
    return open_named(name, settings) if known else open_address(name, settings)


def _some(
    wanted: AbstractSet[str], arguments: Mapping[str, Any], checks: Collection[Check], settings: Settings
) -> list[Source]:
    known = {each.url: each for each in checks}
    names = ({each.source for each in checks} & wanted) - known.keys()
    new = sorted(wanted - known.keys() - names)
    sources = [open_named(name, settings) for name in sorted(names)]
    sources += open_pages([known[url] for url in sorted(wanted & known.keys())], settings)
    if new:
        sources.append(read_at(new, settings, name=str(arguments.get("source") or new[0])))
    return sources
