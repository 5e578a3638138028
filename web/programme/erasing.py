"""A person is erased everywhere that records reach: the records, their pages in every version, the jobs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from assistant.programme import Erased, erase
from ingest import Origin, VersionState, prune, writing
from ingest.database import page_versions
from ingest.errors import StorageFailed
from web.jobs.tables import job_lines, jobs
from web.programme.publishing import KIND

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from assistant.programme import Actor
    from web.dependencies import Parts

ACTION = "programme.erased"


async def erase_person(
    words: Sequence[str], people: Sequence[tuple[str, str]], built: Parts, by: Actor, *, dry: bool
) -> Erased:
    """Erase, publish the records anew, and let go of every version of the index that names the person.

    The audit trail says who erased how much, and nothing of what it was. Raises what `erase` raises, and
    `IndexLocked` and `StorageFailed`: run it again then, it goes on where it stopped.
    """
    done = await erase(built.programme.register, words, people, by=by, dry=dry)
    if dry:
        return done
    counts = {"records": done.records, "changes": done.changes, "removed": done.removed}
    await built.access.audit.record(by.name, ACTION, "a person", None, counts)
    await _forget_jobs(built, done.texts)
    if await built.catalog.live() is not None:
        await built.programme.publisher.publish()
        async with writing(built.settings.data_dir, "erase a person", built.settings.database_url):
            await _forget_pages(built, done.texts)
    if not await built.catalog.give_back(least=0.0):
        raise StorageFailed(
            "the person is erased, but a reader held the database back: its file may still hold old text",
            what_to_do="Run it again: it writes the file anew.",
        )
    return done


async def _forget_pages(built: Parts, texts: Sequence[re.Pattern[str]]) -> None:
    """Versions that hold a page of a record that named the person go, with what only they hold."""
    query = select(page_versions.c.version, page_versions.c.text, page_versions.c.attributes)
    async with built.engine.connect() as connection:
        naming = {
            row.version
            for row in await connection.execute(query)
            if row.attributes.get("origin") == Origin.RECORD and _names(row.text, row.attributes, texts)
        }
    if not naming:
        return
    for version in await built.catalog.versions():
        if version.state is VersionState.CANDIDATE:
            held = await built.catalog.manifest(version.id)
            if naming & set(held.values()):
                await built.catalog.discard(version.id)
                await built.editing.forget(version.id)
    await prune(built.index, now=built.jobs.now(), keep_published=1, thorough=True)


async def _forget_jobs(built: Parts, texts: Sequence[re.Pattern[str]]) -> None:
    """Jobs that published records name them by their addresses, which may have named the person."""
    query = select(jobs.c.id, jobs.c.arguments, jobs.c.result).where(jobs.c.kind == KIND)
    async with built.engine.begin() as connection:
        naming = [
            row.id
            for row in await connection.execute(query)
            if _names(json.dumps(row.arguments).replace("-", " "), row.result, texts)
        ]
        if naming:
            await connection.execute(delete(job_lines).where(job_lines.c.job_id.in_(naming)))
            await connection.execute(delete(jobs).where(jobs.c.id.in_(naming)))


def _names(text: str, more: Any, texts: Sequence[re.Pattern[str]]) -> bool:
    whole = f"{text}\n{json.dumps(more, ensure_ascii=False)}"
    return any(pattern.search(whole) for pattern in texts)
