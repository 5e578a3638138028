"""Records in and out: CSV and JSON, with a dry run that names every bad row."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response

from assistant.programme import UnreadableImport, export_csv, import_rows, read_rows
from web.access import Person, allow
from web.api.programme.conditional import answered
from web.api.programme.views import Built, ImportView, view
from web.problems import Problem
from web.programme.people import Asking, actor_of

ERRORS: dict[int | str, dict[str, Any]] = {status: {"model": Problem} for status in (401, 403, 404, 413, 422)}
router = APIRouter(prefix="/v1/programme", tags=["work programme"], responses=ERRORS)
Signed = Annotated[Person, Depends(allow())]
LARGEST = 10_000_000
"""Bytes of a file."""
BODY = {
    "required": True,
    "content": {
        "text/csv": {"schema": {"type": "string"}},
        "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
    },
}


async def _file(request: Request) -> bytes:
    """The body as it came, whatever its content type; raises `UnreadableImport`."""
    body = await request.body()
    if not body.strip():
        raise UnreadableImport("the request has no file in its body")
    if len(body) > LARGEST:
        raise UnreadableImport(f"the file is larger than {LARGEST} bytes")
    return body


File = Annotated[bytes, Depends(_file)]


@router.get(
    "/{kind}/export",
    summary="All records of a kind as a file",
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def export_records(
    kind: str, request: Request, built: Built, by: Asking, format: Literal["csv", "json"] = "json"
) -> Response:
    """What may be seen; the same file can be imported again."""
    known = built.register.catalogue.kind(kind)
    records = await built.register.all(kind, by=by)
    if format == "csv":
        body = export_csv(records, known, internal=by.internal).encode()
        response = answered(request, body, media_type="text/csv; charset=utf-8")
    else:
        rows = [{"slug": r.slug, "state": r.state, **view(r, built, by).fields} for r in records]
        response = answered(request, {"records": rows})
    response.headers["Content-Disposition"] = f'attachment; filename="{kind}.{format}"'
    return response


@router.post(
    "/{kind}/import",
    summary="Create and change records from a file",
    openapi_extra={"requestBody": BODY},
)
async def import_records(
    kind: str, person: Signed, body: File, built: Built, dry_run: bool = True
) -> ImportView:
    """A CSV file with a header row, or a JSON list. One bad row stops all; dry unless told otherwise."""
    known = built.register.catalogue.kind(kind)
    rows = read_rows(body, known)
    report = await import_rows(rows, known, built.register, by=actor_of(person), dry_run=dry_run)
    stored = not dry_run and not report.wrong
    return ImportView(
        dry_run=dry_run, stored=stored, created=report.created, changed=report.changed,
        unchanged=report.unchanged, wrong=report.wrong,
    )  # fmt: skip
