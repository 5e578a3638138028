"""Pages: search and filter, one page with passages and history, reading again, taking out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant import FeedbackItem
from ingest import PageVersion
from web.access import Person, Role, allow
from web.api.pages import (
    Reading,
    Restoring,
    Wanted,
    delete_page,
    list_pages,
    list_removed,
    put_page,
    read_again,
    restore_page,
    restore_pages,
)
from web.console.errors import ConsoleError
from web.console.rendering import console_page
from web.dependencies import Parts, parts
from web.editing.errors import NotAsGiven
from web.editing.handing_in import PageGiven, as_page
from web.editing.reading import SITE
from web.editing.wording import Piece, word_changes
from web.pages.rendering import topic_name
from web.sources import NO_SOURCES

router = APIRouter(prefix="/console/pages", include_in_schema=False, default_response_class=HTMLResponse)

Built = Annotated[Parts, Depends(parts)]
Editor = Annotated[Person, Depends(allow(Role.EDITOR))]

SHOWN = 25
"""Pages on one page of the list."""

FIELDS = ("url", "title", "text", "language", "agency", "topic", "last_updated")
"""Of the form for a page that is handed in."""

AGES = ((30, "a month"), (90, "3 months"), (180, "6 months"), (365, "a year"))


@router.get("")
async def show_pages(
    request: Request,
    built: Built,
    person: Editor,
    text: str = "",
    agency: str = "",
    topic: str = "",
    language: str = "",
    age: str = "",
    problem: str = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """The list, filtered; each filter is part of the address, so that a list can be kept or passed on."""
    chosen = {"text": text, "agency": agency, "topic": topic, "language": language}
    wanted = Wanted(
        **chosen,
        older_than_days=int(age) if age.isdecimal() and len(age) < 6 else None,
        problem=True if problem else None,
    )
    found = await list_pages(built, person, wanted, offset=(page - 1) * SHOWN, limit=SHOWN)
    kept = {**chosen, "age": age, "problem": problem}
    query = urlencode({name: value for name, value in kept.items() if value})
    return console_page(
        request,
        person,
        "console/pages.html",
        found=found,
        topics=[(each, topic_name(each)) for each in found.topics],
        filtered=sum(bool(value) for name, value in kept.items() if name != "text"),
        removed=await list_removed(built, person),
        sources=[(SITE, "All sources: the whole site"), *((name, name) for name in await _readable(built))],
        chosen=kept,
        ages=AGES,
        number=page,
        last=max(1, -(-found.total // SHOWN)),
        query=query,
    )


async def _readable(built: Parts) -> list[str]:
    """The sources that can be read again as a whole."""
    checks = (await built.catalog.checks.all()).values()
    return sorted({each.source for each in checks if each.source not in NO_SOURCES})


@router.post("/read-again")
async def start_reading(
    request: Request,
    built: Built,
    person: Editor,
    pages: Annotated[list[str] | None, Form()] = None,
    source: Annotated[str, Form(max_length=2_000)] = "",
    publish: Annotated[bool, Form()] = False,
) -> RedirectResponse:
    """A job for the pages that were ticked, for a source, or for all sources."""
    source = source.strip()
    if not pages and not source:
        raise ConsoleError("no page was ticked", what_to_do="Go back and tick the pages to read again.")
    site = not pages and source == SITE
    body = Reading(pages=pages or [], source="" if pages or site else source, site=site, publish=publish)
    job = await read_again(body, built, person, Response())
    return RedirectResponse(f"/console/jobs/{job.id}", HTTPStatus.SEE_OTHER)


@router.get("/new")
async def show_new(request: Request, person: Editor) -> HTMLResponse:
    """The form for a page that is handed in."""
    return _form(request, person, dict.fromkeys(FIELDS, ""))


@router.post("/new")
async def hand_in(request: Request, built: Built, person: Editor) -> Response:
    """A job that makes a candidate version with it; what is wrong is said, and what was typed is kept."""
    form = await request.form()
    typed = {name: str(form.get(name) or "").replace("\r\n", "\n").strip() for name in FIELDS}
    given = {name: value or None for name, value in typed.items()}
    try:
        page = as_page({**given, "text": typed["text"], "title": typed["title"], "url": typed["url"]})
    except NotAsGiven as error:
        return _form(request, person, typed, error=error)
    body = PageGiven.model_validate(given)
    job = await put_page(page.id, body, built, person, Response())
    return RedirectResponse(f"/console/jobs/{job.id}", HTTPStatus.SEE_OTHER)


@router.get("/{identifier}")
async def show_page(identifier: str, request: Request, built: Built, person: Editor) -> HTMLResponse:
    """Its passages as answers see them, its history with what changed, and what it has answered."""
    history = await built.catalog.history(identifier)
    checks = await built.catalog.checks.all()
    asked = built.assistant.asked
    return console_page(
        request,
        person,
        "console/page.html",
        identifier=identifier,
        now=history[0],
        steps=_steps(history),
        check=checks.get(identifier),
        removal=(await built.catalog.removals.standing()).get(identifier),
        asked=await asked.of_page(identifier) if asked else [],
        feedback=await _feedback(built, history[0].stored.page.url),
        preferences=[each for each in (await built.preferences.held()).held if each.page_id == identifier],
    )


@router.post("/restore")
async def restore_chosen(
    built: Built, person: Editor, pages: Annotated[list[str] | None, Form()] = None
) -> RedirectResponse:
    """A job that makes one candidate version with the pages that were ticked."""
    if not pages:
        raise ConsoleError("no page was ticked", what_to_do="Go back and tick the pages to let in again.")
    job = await restore_pages(Restoring(pages=pages), built, person, Response())
    return RedirectResponse(f"/console/jobs/{job.id}", HTTPStatus.SEE_OTHER)


@router.post("/{identifier}/restore")
async def restore(identifier: str, built: Built, person: Editor) -> RedirectResponse:
    """A job that makes a candidate version with it again."""
    job = await restore_page(identifier, built, person, Response())
    return RedirectResponse(f"/console/jobs/{job.id}", HTTPStatus.SEE_OTHER)


@router.get("/{identifier}/edit")
async def show_edit(identifier: str, request: Request, built: Built, person: Editor) -> HTMLResponse:
    """The form to hand in the page with another text."""
    page = (await built.catalog.history(identifier))[0].stored.page
    given = {name: str(getattr(page, name) or "") for name in FIELDS}
    return _form(request, person, given, identifier)


@router.post("/{identifier}/remove")
async def remove(identifier: str, built: Built, person: Editor) -> RedirectResponse:
    """A job that makes a candidate version without it."""
    job = await delete_page(identifier, built, person, Response())
    return RedirectResponse(f"/console/jobs/{job.id}", HTTPStatus.SEE_OTHER)


async def _feedback(built: Parts, url: str) -> list[FeedbackItem]:
    """What readers said of answers that cite the page, the newest first."""
    return [each for each in await built.feedback.items(closed=None, limit=2_000) if url in each.pages]


def _form(
    request: Request,
    person: Person,
    given: dict[str, str],
    identifier: str = "",
    error: NotAsGiven | None = None,
) -> HTMLResponse:
    return console_page(
        request,
        person,
        "console/page_form.html",
        status=error.status if error else HTTPStatus.OK,
        given=given,
        identifier=identifier,
        error=error,
    )


def _steps(history: list[PageVersion]) -> list[tuple[PageVersion, list[Piece]]]:
    """Each stored text, newest first, with what it changed against the one before."""
    by_age = sorted(history, key=lambda each: each.fetched_at, reverse=True)
    older = [*by_age[1:], None]
    return [
        (each, word_changes(before.stored.page.text, each.stored.page.text) if before else [])
        for each, before in zip(by_age, older, strict=True)
    ]
