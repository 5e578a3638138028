"""Pages that an editor took out come back: from where they can be read, else as they were stored last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest import UnknownPage, sync_all
from web.editing.errors import NothingToRead
from web.editing.reading import NOTE
from web.sources import NO_SOURCES, HandedIn, open_pages, read_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ingest import Index, Page, Progress, Removal, Report, Source, Version
    from web.settings import Settings


async def let_in(
    page_ids: Sequence[str],
    index: Index,
    settings: Settings,
    *,
    now: Callable[[], datetime],
    progress: Progress | None = None,
    earlier: Version | None = None,
) -> Report:
    """A candidate with those removed pages; once it is made, their sources may give them again.

    It takes over what the candidate `earlier` changes. The caller holds the writer's lock. Raises
    `UnknownPage` where nobody removed one of them, before anything is read; `NothingToRead`,
    `SourceError`, and what `sync_all` raises.
    """
    removals = index.catalog.removals
    standing = await removals.standing()
    if unknown := [each for each in page_ids if each not in standing]:
        raise UnknownPage(
            f"nobody removed {', '.join(unknown)}",
            what_to_do="`govt-assistant index removed` lists the pages that were removed.",
        )
    removed = [standing[each] for each in page_ids]
    sources = await _sources(removed, index, settings)
    titles = ", ".join(each.title for each in removed)
    note = (f"{earlier.note}, {titles}" if earlier else f"let in again: {titles}")[:NOTE]
    ids = [each.page_id for each in removed]
    gather = earlier.id if earlier else None
    report, _ = await sync_all(
        sources, index, now=now, note=note, progress=progress, gather=gather, let_in=ids
    )
    await removals.forget([each.page_id for each in removed if each.url in report.added])
    return report


async def still_out(page_ids: Sequence[str], index: Index) -> Sequence[str]:
    """Those that a job, run again, has yet to let in; all of them where none is left, so that it is told."""
    standing = await index.catalog.removals.standing()
    return [each for each in page_ids if each in standing] or page_ids


async def _sources(removed: Sequence[Removal], index: Index, settings: Settings) -> list[Source]:
    checks = await index.catalog.checks.all()
    readable = [
        checks[each.page_id]
        for each in removed
        if each.page_id in checks and checks[each.page_id].source not in NO_SOURCES
    ]
    known = {each.page_id for each in readable}
    stored: list[Page] = []
    addresses: list[str] = []
    for each in removed:
        if each.page_id in known:
            continue
        if held := await index.catalog.find_history(each.page_id):
            stored.append(held[0].stored.page)
        elif each.url.startswith(("http://", "https://")):
            addresses.append(each.url)
        else:
            raise NothingToRead(
                f"the text of {each.title!r} is stored no more, and it has no address to be read at",
                what_to_do="Hand it in anew.",
            )
    sources = open_pages(readable, settings)
    sources += [HandedIn(stored)] if stored else []
    sources += [read_at(addresses, settings, name=addresses[0])] if addresses else []
    return sources
