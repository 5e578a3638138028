"""Records from a file: tried dry first, with every wrong row named, then stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from assistant.programme import ImportReport, NotAllowed, ProgrammeError, import_rows, read_rows
from web.access import Person, allow
from web.api.programme.views import Built
from web.console.rendering import console_page
from web.programme.people import actor_of

if TYPE_CHECKING:
    from assistant.programme import Kind
    from web.programme import Programme

router = APIRouter(prefix="/console/programme", include_in_schema=False, default_response_class=HTMLResponse)
Signed = Annotated[Person, Depends(allow())]


@router.get("/{kind}/import")
async def show_import(kind: str, request: Request, built: Built, person: Signed) -> HTMLResponse:
    """A file, or rows pasted, and what a row may hold."""
    return _page(request, person, _writable(kind, built, person))


@router.post("/{kind}/import")
async def take_import(kind: str, request: Request, built: Built, person: Signed) -> HTMLResponse:
    """First what it would do, and every row that is wrong; with `store` it is done, if no row is."""
    known = _writable(kind, built, person)
    async with request.form() as form:
        upload = form.get("file")
        body = b"" if upload is None or isinstance(upload, str) else await upload.read()
        body = body or str(form.get("rows") or "").encode()
    if not body.strip():
        return _page(request, person, known, said="Choose a file, or paste its rows.")
    store = bool(form.get("store"))
    try:
        rows = read_rows(body, known)
        report = await import_rows(rows, known, built.register, by=actor_of(person), dry_run=not store)
    except ProgrammeError as error:
        return _page(request, person, known, said=f"{error}. {error.what_to_do}", rows=body)
    return _page(request, person, known, report=report, rows=body)


def _writable(kind: str, built: Programme, person: Person) -> Kind:
    known = built.register.catalogue.kind(kind)
    if not actor_of(person).may(known.writers):
        raise NotAllowed(f"{known.title} are written by the roles: {', '.join(known.writers)}")
    return known


def _page(
    request: Request,
    person: Person,
    kind: Kind,
    *,
    report: ImportReport | None = None,
    rows: bytes = b"",
    said: str = "",
) -> HTMLResponse:
    wrong = bool(said or (report and report.wrong))
    stored = report is not None and not report.dry_run and not report.wrong
    return console_page(
        request,
        person,
        "console/programme_import.html",
        status=422 if wrong else 200,
        kind=kind,
        fields=[field for field in kind.fields if not field.computed],
        report=report,
        rows="" if stored else rows.decode("utf-8", "replace"),
        stored=stored,
        said=said,
    )
