"""GET /llms.txt: what this service is and how software uses it (the form is that of llmstxt.org)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse

from web.dependencies import Parts, parts
from web.pages.rendering import render

router = APIRouter(include_in_schema=False)


@router.get("/llms.txt")
async def read_llms(request: Request, built: Annotated[Parts, Depends(parts)]) -> PlainTextResponse:
    """Markdown: the ways in, and the topics of the pages that answer now."""
    number = await built.catalog.live()
    snapshot = await built.index.live() if number is not None else None
    topics = sorted({each.page.topic for each in snapshot.pages if each.page.topic}) if snapshot else []
    text = render(
        "llms.txt",
        "en",
        base=str(request.base_url).rstrip("/"),
        pages=len(snapshot.pages) if snapshot else 0,
        topics=topics,
        version=number,
    )
    return PlainTextResponse(text, media_type="text/markdown; charset=utf-8")
