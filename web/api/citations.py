"""GET /v1/citations/{id}: the stored passage with the span, so that anyone can check a quote."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from assistant import PastCitation, UnknownCitation, parse_citation_id
from web.dependencies import Parts, parts
from web.problems import Problem

router = APIRouter(prefix="/v1", tags=["citations"])


class CitedPassage(BaseModel):
    """A stored passage and where in it the quote stands: `passage[start:end] == quote`.

    `start` and `end` count code points of `passage`; `page_start` and `page_end` those of the page.
    """

    id: str
    quote: str
    passage: str
    start: int
    end: int
    page_start: int
    page_end: int
    page_id: str
    page_version: str
    url: str
    title: str
    heading_path: list[str]
    agency: str | None
    language: str
    origin: str
    reviewed: bool
    """False for te reo Māori text that no fluent speaker has reviewed."""
    last_updated: date | None
    fetched_at: datetime
    live: bool
    """Whether this version of the page answers now."""
    stands: bool
    """Whether the quote stands word for word on the page as it answers now."""


@router.get(
    "/citations/{identifier}",
    summary="Verify a citation",
    responses={404: {"model": Problem}, 410: {"model": Problem}},
)
async def read_citation(identifier: str, built: Annotated[Parts, Depends(parts)]) -> CitedPassage:
    """404 where no such text was ever stored; 410 where its page has changed and the text is gone."""
    return await cited_passage(identifier, built)


async def cited_passage(identifier: str, built: Parts) -> CitedPassage:
    """The passage around a citation's span; raises `UnknownCitation`, `PastCitation`."""
    span = parse_citation_id(identifier)
    start, end = span.start, span.end
    number = await built.catalog.live()
    live = await built.catalog.manifest(number) if number else {}
    found = await built.catalog.pages([span.page_version])
    if not found and span.page_id:
        held = await built.catalog.pages([live[span.page_id]]) if span.page_id in live else []
        raise PastCitation(held[0].page if held else None)
    if not found or not start < end <= len(found[0].page.text):
        raise UnknownCitation("no stored page has that citation")
    stored, page = found[0], found[0].page
    passage = next((each for each in stored.passages if each.start <= start and end <= each.end), None)
    begin, stop = (passage.start, passage.end) if passage else (start, end)
    quote, current = page.text[start:end], live.get(stored.id)
    return CitedPassage(
        id=identifier,
        quote=quote,
        passage=page.text[begin:stop],
        start=start - begin,
        end=end - begin,
        page_start=start,
        page_end=end,
        page_id=stored.id,
        page_version=stored.version,
        url=page.url,
        title=page.title,
        heading_path=list(passage.heading_path) if passage else [],
        agency=page.agency,
        language=page.language,
        origin=page.origin,
        reviewed=page.reviewed,
        last_updated=page.last_updated,
        fetched_at=stored.fetched_at,
        live=current == stored.version,
        stands=current is not None and quote in (await built.catalog.pages([current]))[0].page.text,
    )
