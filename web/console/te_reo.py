"""Words in te reo Māori for a fluent speaker to approve or to better, and answers to look at."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from assistant import StringReviews, TeReoString, export_reviews, te_reo_pages, te_reo_strings
from evals import load
from web.access import Person, Role, allow
from web.console.errors import ConsoleError
from web.console.rendering import console_page
from web.dependencies import Parts, parts

if TYPE_CHECKING:
    from collections.abc import Iterable

router = APIRouter(prefix="/console/te-reo", include_in_schema=False, default_response_class=HTMLResponse)

Built = Annotated[Parts, Depends(parts)]
Reviewer = Annotated[Person, Depends(allow(Role.EDITOR, Role.EVALUATOR))]
SUITE = "tereo"

LONGEST = 20_000
"""Characters of a text that is read: a page is one."""


FIRST = "words"
"""The group that the page opens with."""

SHOWN = 25
"""Strings on one page of a group."""

TITLES = {
    "words": "The interface",
    "prose": "What the service says of itself",
    "reply": "Replies of the guards",
    "page": "Pages written for this project",
}
"""Groups by name; the rest are the kinds of the glossary's terms."""


@router.get("")
async def show_strings(
    request: Request,
    built: Built,
    person: Reviewer,
    group: Annotated[str, Query(max_length=60)] = FIRST,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """The strings of a group beside their English, their source and what was said of them.

    Questions whose answers to read are those of our own suite: a citizen's question in te reo Māori is
    nobody's to review.
    """
    groups = _by_group(await _strings(built))
    chosen = group if group in groups else FIRST
    last = max(1, -(-len(groups[chosen]) // SHOWN))
    number = min(page, last)
    questions = [case.question for case in load(SUITE).cases if case.language == "mi"]
    return console_page(
        request,
        person,
        "console/te_reo.html",
        groups=groups,
        titles={name: TITLES.get(name, name.capitalize().replace(" ", ": ")) for name in groups},
        chosen=chosen,
        strings=groups[chosen][(number - 1) * SHOWN : number * SHOWN],
        number=number,
        last=last,
        said=await built.string_reviews.latest(),
        questions=questions,
    )


@router.post("")
async def review(
    built: Built,
    person: Reviewer,
    string: Annotated[str, Form(max_length=100)],
    text: Annotated[str, Form(max_length=LONGEST)],
    reviewer: Annotated[str, Form(max_length=100)] = "",
    suggestion: Annotated[str, Form(max_length=2_000)] = "",
) -> RedirectResponse:
    """Approve the words as they stand, or suggest others; nothing that the service says changes yet."""
    strings = await _strings(built)
    found = next((each for each in strings if each.id == string), None)
    if found is None:
        raise ConsoleError(f"there is no string {string}", what_to_do="Choose one of the list.")
    reviews: StringReviews = built.string_reviews
    text = text.replace("\r\n", "\n")
    await reviews.add(found, text, suggestion=suggestion, reviewer=reviewer, by=person.name)
    after = {"reviewer": reviewer, "suggestion": suggestion}
    await built.access.audit.record(person.name, "te reo review", string, None, after)
    held = _by_group(strings).get(found.group, [])
    on_page = held.index(found) // SHOWN + 1 if found in held else 1
    query = urlencode({"group": found.group} | ({"page": on_page} if on_page > 1 else {}))
    return RedirectResponse(f"/console/te-reo?{query}#{quote(string)}", HTTPStatus.SEE_OTHER)


@router.get("/export", response_class=PlainTextResponse)
async def export(built: Built, person: Reviewer) -> PlainTextResponse:
    """All reviews as a file that a maintainer merges."""
    said = await built.string_reviews.latest()
    headers = {"Content-Disposition": 'attachment; filename="te-reo-reviews.toml"'}
    return PlainTextResponse(export_reviews(said.values()), headers=headers)


def _by_group(strings: Iterable[TeReoString]) -> dict[str, list[TeReoString]]:
    groups: dict[str, list[TeReoString]] = {}
    for each in strings:
        if each.text:
            groups.setdefault(each.group, []).append(each)
    return groups


async def _strings(built: Parts) -> tuple[TeReoString, ...]:
    """What the service says itself, and the pages in te reo Māori that were written for it."""
    fixed = te_reo_strings(built.assistant.guards.policy)
    if await built.catalog.live() is None:
        return fixed
    snapshot = await built.index.live()
    return (*fixed, *te_reo_pages(each.page for each in snapshot.pages))
