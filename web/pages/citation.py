"""The page on which a reader checks a quote."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header
from fastapi.responses import HTMLResponse

from assistant import PastCitation, UnknownCitation
from web.api.citations import cited_passage
from web.dependencies import Parts, parts
from web.pages.rendering import page, page_language

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/citations/{identifier}")
async def show_citation(
    identifier: str,
    built: Annotated[Parts, Depends(parts)],
    lang: str = "en",
    x_part: Annotated[str, Header()] = "",
) -> HTMLResponse:
    """The stored passage with the quote marked; a page with status 404 where there is none.

    Where the page has changed so long ago that the text is no longer kept, it says so and leads to the page.

    With a header X-Part it comes without the page around it, for the dialog of the chat page.
    """
    language = page_language(lang)
    try:
        passage = await cited_passage(identifier, built)
    except PastCitation as past:
        return page("citation_past.html", language, cited=past.page, part=bool(x_part))
    except UnknownCitation:
        return page("citation_unknown.html", language, status=404, part=bool(x_part))
    return page("citation.html", language, passage=passage, part=bool(x_part))
