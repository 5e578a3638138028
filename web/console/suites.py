"""Evaluations: the suites that there are, what is in them, and more brought in from files."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from evals import SuiteError, counts, names_in
from evals.drafts import as_lines
from evals.interchange import ONE_FILE
from web.access import Person, Role, allow
from web.console.rendering import console_page
from web.dependencies import Parts, parts
from web.evaluating import known_suite, own_suites, suite_names
from web.suite_import import Brought, Imported, delete_suite, import_suite

router = APIRouter(
    prefix="/console/evaluations/suites", include_in_schema=False, default_response_class=HTMLResponse
)

Built = Annotated[Parts, Depends(parts)]
Evaluator = Annotated[Person, Depends(allow(Role.EVALUATOR))]

NAMES = {
    "jsonl": "JSON lines: a case a line",
    "csv": "CSV: a table with a head",
    "ragas": "ragas: JSON lines",
    "promptfoo": "promptfoo: YAML",
}


@router.get("")
async def show_suites(request: Request, built: Built, person: Evaluator) -> HTMLResponse:
    """The installation's own and those that ship, and the form that brings in more."""
    return _page(request, built, person, Brought("", "jsonl", ""))


@router.post("")
async def bring_in(
    request: Request,
    built: Built,
    person: Evaluator,
    name: Annotated[str, Form()],
    shape: Annotated[str, Form()],
    text: Annotated[str, Form()] = "",
    against_live: Annotated[str, Form()] = "",
    file: UploadFile | None = None,
) -> Response:
    """Add the cases of the file, or of the text; or show what is wrong, by line, and change nothing."""
    try:
        held = (await file.read()).decode("utf-8-sig") if file is not None and file.filename else text
        asked = Brought(name.strip(), shape, held, against_live == "yes")
        done = await import_suite(asked, built, person)
    except UnicodeDecodeError:
        asked = Brought(name, shape, text, against_live == "yes")
        return _page(request, built, person, asked, error="The file is not UTF-8. Save it as UTF-8.")
    except SuiteError as error:
        return _page(request, built, person, asked, error=f"{error}. {error.what_to_do}")
    if done.problems:
        return _page(request, built, person, asked, done=done)
    told = f"added={done.added}&known={done.known}&redacted={done.redacted}"
    return RedirectResponse(f"/console/evaluations/suites/{asked.name}?{told}", HTTPStatus.SEE_OTHER)


@router.get("/{name}")
async def show_suite(
    name: str,
    request: Request,
    built: Built,
    person: Evaluator,
    added: int | None = None,
    known: int = 0,
    redacted: int = 0,
) -> HTMLResponse:
    """What is in it; raises `SuiteError`."""
    suite = known_suite(name, built)
    return console_page(
        request,
        person,
        "console/evaluation_suite.html",
        suite=suite,
        counts=counts(suite.cases),
        own=name in names_in(own_suites(built)),
        added=added,
        known=known,
        redacted=redacted,
    )


@router.get("/{name}/file")
async def download(name: str, built: Built, _: Evaluator) -> PlainTextResponse:
    """The suite as JSON lines; raises `SuiteError`."""
    lines = as_lines(known_suite(name, built).cases)
    headers = {"Content-Disposition": f'attachment; filename="{name}.jsonl"'}
    return PlainTextResponse(lines, headers=headers)


@router.post("/{name}/delete")
async def drop(name: str, built: Built, person: Evaluator) -> RedirectResponse:
    """Drop a suite of the installation's own; its runs stay."""
    await delete_suite(name, built, person)
    return RedirectResponse("/console/evaluations/suites", HTTPStatus.SEE_OTHER)


def _page(
    request: Request,
    built: Parts,
    person: Person,
    asked: Brought,
    *,
    done: Imported | None = None,
    error: str = "",
) -> HTMLResponse:
    own = set(names_in(own_suites(built)))
    wrong = bool(error or (done and done.problems))
    return console_page(
        request,
        person,
        "console/evaluation_suites.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        suites=[(each, each in own) for each in suite_names(built)],
        shapes=[(each, NAMES[each]) for each in ONE_FILE],
        asked=asked,
        problems=done.problems if done else (),
        error=error,
    )
