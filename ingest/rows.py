"""Pages and passages as rows of the database, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import select

from ingest import database as db
from ingest.model import Page, Passage, StoredPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

_PAGE = TypeAdapter(Page)


def page_row(page: Page) -> dict[str, Any]:
    """The page as a row of `page_versions`, without the time at which it was fetched."""
    attributes = _PAGE.dump_python(page, mode="json", exclude={"text", "validators"})
    return {"version": page.version, "page_id": page.id, "attributes": attributes, "text": page.text}


def passage_row(passage: Passage, chunker: str) -> dict[str, Any]:
    """The passage as a row of `passages`; its words stay where the page is."""
    return {
        "id": passage.id,
        "page_version": passage.page_version,
        "ordinal": passage.ordinal,
        "start": passage.start,
        "end": passage.end,
        "heading_path": list(passage.heading_path),
        "chunker": chunker,
    }


async def load_pages(
    connection: AsyncConnection, page_versions: Sequence[str], chunker: str | None
) -> dict[str, StoredPage]:
    """Stored pages by version, with the passages that `chunker` cut; by None, those cut last."""
    rows = await connection.execute(
        select(db.page_versions).where(db.page_versions.c.version.in_(page_versions))
    )
    pages = {
        row.version: (_PAGE.validate_python({**row.attributes, "text": row.text}), row.fetched_at)
        for row in rows
    }
    query = (
        select(db.passages)
        .where(db.passages.c.page_version.in_(page_versions))
        .order_by(db.passages.c.ordinal)
    )
    cut: dict[tuple[str, str], list[Passage]] = {}
    for row in await connection.execute(query):
        key = (row.page_version, row.chunker)
        cut.setdefault(key, []).append(_passage(row, pages[row.page_version][0]))
    last = {version: found for (version, _), found in sorted(cut.items(), key=lambda each: each[0])}
    return {
        version: StoredPage(
            page,
            page.id,
            version,
            fetched_at,
            tuple(last.get(version, ()) if chunker is None else cut.get((version, chunker), ())),
        )
        for version, (page, fetched_at) in pages.items()
    }


def _passage(row: Any, page: Page) -> Passage:
    path = tuple(row.heading_path)
    text = page.text[row.start : row.end]
    return Passage(
        id=row.id,
        page_id=page.id,
        page_version=row.page_version,
        ordinal=row.ordinal,
        heading_path=path,
        start=row.start,
        end=row.end,
        text=text,
        search_text=Passage.searchable(page.title, path, text),
    )
