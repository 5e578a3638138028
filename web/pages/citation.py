"""The page on which a reader checks a quote."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from assistant import UnknownCitation
from web.api.citations import cited_passage
from web.dependencies import Parts, parts
from web.pages.rendering import page, page_language

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/citations/{identifier}")
async def show_citation(
    identifier: str, built: Annotated[Parts, Depends(parts)], lang: str = "en"
) -> HTMLResponse:
    """The stored passage with the quote marked; a page with status 404 where there is none."""
    language = page_language(lang)
    try:
        passage = await cited_passage(identifier, built)
    except UnknownCitation:
        return page("citation_unknown.html", language, status=404)
    return page("citation.html", language, passage=passage)
