"""A source of pages becomes a version of the index.

The next version is built beside the live one and published by moving one pointer; until then, and
whatever happens meanwhile, the live version answers as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.model import page_id
from ingest.removals import Removal
from ingest.report import Report
from ingest.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from ingest.index import Index
    from ingest.model import Source, StoredPage
    from ingest.report import Progress


async def sync(
    source: Source,
    index: Index,
    *,
    now: Callable[[], datetime],
    progress: Progress | None = None,
    note: str = "",
    publish: bool = True,
    onto: int | None = None,
) -> Report:
    """Read `source` and publish what it changes; without changes there is no new version.

    With `publish=False` the new version stays a candidate. It is built on the live version, or on the
    version `onto`, such as an earlier candidate. The caller holds the writer's lock. Raises
    `SourceError` when the source cannot be read at all, and what the embedder and the stores raise; the
    live version stays in each case.
    """
    run = Run(index, note or source.name, now, progress)
    try:
        await run.begin(onto)
        await run.read([source])
        await run.finish(publish=publish)
    except BaseException:
        await run.give_up()
        raise
    return run.report


async def sync_all(
    sources: Sequence[Source],
    index: Index,
    *,
    now: Callable[[], datetime],
    note: str,
    progress: Progress | None = None,
    gather: int | None = None,
    let_in: Collection[str] = (),
) -> tuple[Report, Mapping[str, Report]]:
    """Read several sources into one candidate: what all of them change, and what each does, by name.

    One of several that cannot be read is among `failed` under its name, and the others go on; one alone
    raises `SourceError`. `gather` is an earlier candidate whose changes the new one takes over; pages of the
    identifiers `let_in` are taken though somebody took them out.
    """
    run = Run(index, note, now, progress)
    try:
        await run.begin(gather=gather, let_in=let_in)
        await run.read(sources)
        await run.finish(publish=False)
    except BaseException:
        await run.give_up()
        raise
    return run.report, run.by_source


async def rebuild(
    index: Index,
    *,
    now: Callable[[], datetime],
    progress: Progress | None = None,
    publish: bool = True,
) -> Report:
    """A full new version of the pages that answer now, cut and embedded as is configured now.

    Nothing is read from any source. The live version answers until the new one is whole.
    """
    run = Run(index, "rebuild", now, progress)
    try:
        await run.begin(anew=True)
        await run.finish(publish=publish)
    except BaseException:
        await run.give_up()
        raise
    return run.report


async def remove(
    urls: Sequence[str],
    index: Index,
    *,
    languages: tuple[str, ...],
    now: Callable[[], datetime],
    publish: bool = True,
    by: str = "",
) -> Report:
    """A version without the pages at `urls`; addresses that are not there are reported as skipped.

    Where somebody is said to have removed them, they stay out once it is published, whatever gives them
    again, until `Removals.forget`.
    """
    catalog = index.catalog
    parent = await catalog.live()
    live = await catalog.manifest(parent) if parent is not None else {}
    report = Report()
    found = []
    for url in urls:
        ids = [each for language in languages if (each := page_id(url, language)) in live]
        found += ids
        report.add(
            "removed" if ids else "skipped",
            url,
            f"removed by {by or 'their source'}" if ids else "not in the live version",
        )
    if found:
        version = await catalog.without(found, now=now(), publish=False, counts=report.counts)
        if by:
            stored = await catalog.pages([live[each] for each in found])
            await catalog.removals.note([_removal(each, by, now()) for each in stored], version)
        if publish:
            await catalog.publish(version, now=now())
        report.version, report.candidate = (version, None) if publish else (None, version)
    return report


def _removal(stored: StoredPage, by: str, at: datetime) -> Removal:
    page = stored.page
    return Removal(stored.id, page.url, page.language, page.title, by, at)
