"""Words in te reo Māori for a fluent speaker to approve or to better, and answers to look at."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from assistant import StringReviews, TeReoString, export_reviews, te_reo_strings
from evals import load
from web.access import Person, Role, allow
from web.console.errors import ConsoleError
from web.console.rendering import console_page
from web.dependencies import Parts, parts

router = APIRouter(prefix="/console/te-reo", include_in_schema=False, default_response_class=HTMLResponse)

Built = Annotated[Parts, Depends(parts)]
Reviewer = Annotated[Person, Depends(allow(Role.EDITOR, Role.EVALUATOR))]
SUITE = "tereo"


@router.get("")
async def show_strings(request: Request, built: Built, person: Reviewer) -> HTMLResponse:
    """Every string beside its English, its source and what was said of it; questions whose answers to read.

    The questions are those of our own suite: a citizen's question in te reo Māori is nobody's to review.
    """
    strings = te_reo_strings(built.assistant.guards.policy)
    questions = [case.question for case in load(SUITE).cases if case.language == "mi"]
    said = await built.string_reviews.latest()
    return console_page(
        request, person, "console/te_reo.html", strings=strings, said=said, questions=questions
    )


@router.post("")
async def review(
    built: Built,
    person: Reviewer,
    string: Annotated[str, Form(max_length=100)],
    text: Annotated[str, Form(max_length=4_000)],
    reviewer: Annotated[str, Form(max_length=100)] = "",
    suggestion: Annotated[str, Form(max_length=2_000)] = "",
) -> RedirectResponse:
    """Approve the words as they stand, or suggest others; nothing that the service says changes yet."""
    found = _string(string, built)
    reviews: StringReviews = built.string_reviews
    text = text.replace("\r\n", "\n")
    await reviews.add(found, text, suggestion=suggestion, reviewer=reviewer, by=person.name)
    after = {"reviewer": reviewer, "suggestion": suggestion}
    await built.access.audit.record(person.name, "te reo review", string, None, after)
    return RedirectResponse(f"/console/te-reo#{string}", HTTPStatus.SEE_OTHER)


@router.get("/export", response_class=PlainTextResponse)
async def export(built: Built, person: Reviewer) -> PlainTextResponse:
    """All reviews as a file that a maintainer merges."""
    said = await built.string_reviews.latest()
    headers = {"Content-Disposition": 'attachment; filename="te-reo-reviews.toml"'}
    return PlainTextResponse(export_reviews(said.values()), headers=headers)


def _string(identifier: str, built: Parts) -> TeReoString:
    for each in te_reo_strings(built.assistant.guards.policy):
        if each.id == identifier:
            return each
    raise ConsoleError(f"there is no string {identifier}", what_to_do="Choose one of the list.")
