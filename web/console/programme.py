"""The console's pages of the work programme: one set for every kind of record, drawn from the kind."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant.programme import (
    Ask,
    Document,
    InvalidRecord,
    ProgrammeError,
    UnknownRecord,
    settle_expired,
)
from assistant.programme import Query as Listed
from assistant.programme.behaviours import BEHAVIOURS
from web.access import Person, allow
from web.api.programme.behaviours import act
from web.api.programme.conditional import version_in
from web.api.programme.views import Built
from web.columns import RowNumber
from web.console.programme_forms import form_fields, typed
from web.console.rendering import console_page
from web.pages.programme import field_rows
from web.programme.people import actor_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.programme import Actor, Kind, Record
    from web.programme import Programme

router = APIRouter(prefix="/console/programme", include_in_schema=False, default_response_class=HTMLResponse)
Signed = Annotated[Person, Depends(allow())]
A_PAGE = 50


@router.get("")
async def show_kinds(request: Request, built: Built, person: Signed) -> HTMLResponse:
    """Every initiative with its kinds and how many records of each there are."""
    by, catalogue = actor_of(person), built.register.catalogue
    counts = {
        name: (await built.register.find(name, Listed(limit=1), by=by)).total for name in catalogue.kinds
    }
    initiatives = [(each, catalogue.kinds_of(each)) for each in catalogue.initiatives]
    return console_page(request, person, "console/programme.html", initiatives=initiatives, counts=counts)


@router.get("/{kind}")
async def show_records(
    kind: str,
    request: Request,
    built: Built,
    person: Signed,
    q: Annotated[str, Query(max_length=200)] = "",
    state: Annotated[str, Query(max_length=40)] = "",
    offset: Annotated[RowNumber, Query()] = 0,
) -> HTMLResponse:
    """The records of a kind in every state, and what can be done with the kind."""
    known = built.register.catalogue.kind(kind)
    await settle_expired(built.register, known)
    query = Listed({"state": state} if state else {}, q, "-changed_at", offset, A_PAGE)
    found = await built.register.find(kind, query, by=actor_of(person))
    return console_page(
        request, person, "console/programme_kind.html", kind=known, found=found, q=q, state=state,
        offset=offset, size=A_PAGE, may_write=actor_of(person).may(known.writers),
        actions=_offered(built, known, person, "kind"), views=_views(built, known), result=None,
    )  # fmt: skip


@router.get("/{kind}/new")
async def show_new(kind: str, request: Request, built: Built, person: Signed) -> HTMLResponse:
    """An empty form."""
    return await _form(request, built, person, built.register.catalogue.kind(kind), {})


@router.post("/{kind}/new")
async def create(kind: str, request: Request, built: Built, person: Signed) -> Any:
    """A new draft; a form with what is wrong beside each field where it cannot be stored."""
    known = built.register.catalogue.kind(kind)
    values = typed(known, await request.form())
    given = {name: value for name, value in values.items() if value is not None}
    try:
        record = await built.register.create(kind, given, by=actor_of(person))
    except InvalidRecord as error:
        return await _form(request, built, person, known, values, wrong=error.problems)
    return _to(record)


@router.post("/{kind}/actions/{name}")
async def act_on_kind(kind: str, name: str, request: Request, built: Built, person: Signed) -> HTMLResponse:
    """What the action answered, above the list."""
    known = built.register.catalogue.kind(kind)
    result = await act(built, kind, None, name, actor_of(person), _arguments(await request.form()))
    found = await built.register.find(kind, Listed(order="-changed_at", limit=A_PAGE), by=actor_of(person))
    return console_page(
        request, person, "console/programme_kind.html", kind=known, found=found, q="", state="",
        offset=0, size=A_PAGE, may_write=actor_of(person).may(known.writers),
        actions=_offered(built, known, person, "kind"), views=_views(built, known),
        result=(built.register.catalogue.behaviours[name], result),
    )  # fmt: skip


@router.get("/{kind}/{slug}")
async def show_record(kind: str, slug: str, request: Request, built: Built, person: Signed) -> HTMLResponse:
    """A record with its moves, actions, views and history."""
    return await _record(request, built, person, kind, slug)


@router.get("/{kind}/{slug}/edit")
async def show_edit(kind: str, slug: str, request: Request, built: Built, person: Signed) -> HTMLResponse:
    """The form with the record's values."""
    record = await built.register.read(kind, slug, by=actor_of(person))
    known = built.register.catalogue.kind(kind)
    return await _form(request, built, person, known, record.values, record=record)


@router.post("/{kind}/{slug}/edit")
async def change(kind: str, slug: str, request: Request, built: Built, person: Signed) -> Any:
    """Store the change, unless somebody else changed the record since the form was opened."""
    by, known = actor_of(person), built.register.catalogue.kind(kind)
    record = await built.register.read(kind, slug, by=by)
    form = await request.form()
    values = typed(known, form)
    try:
        changed = await built.register.change(
            record, values, by=by, version=_version(form), reason=str(form.get("reason") or "")
        )
    except (InvalidRecord, ProgrammeError) as error:
        wrong = error.problems if isinstance(error, InvalidRecord) else {}
        said = "" if wrong else f"{error}. {error.what_to_do}"
        return await _form(request, built, person, known, values, wrong=wrong, record=record, said=said)
    return _to(changed)


@router.post("/{kind}/{slug}/moves")
async def move(kind: str, slug: str, request: Request, built: Built, person: Signed) -> Any:
    """Change the state; what stands in the way is said on the record's page."""
    form = await request.form()
    record = await built.register.read(kind, slug, by=actor_of(person))
    try:
        moved = await built.register.move(
            record, str(form.get("move")), by=actor_of(person), version=_version(form),
            reason=str(form.get("reason") or ""),
        )  # fmt: skip
    except ProgrammeError as error:
        return await _record(request, built, person, kind, slug, error=error)
    return _to(moved)


@router.post("/{kind}/{slug}/remove")
async def remove(kind: str, slug: str, request: Request, built: Built, person: Signed) -> RedirectResponse:
    """Hide the record; its history stays."""
    form = await request.form()
    record = await built.register.read(kind, slug, by=actor_of(person))
    reason = str(form.get("reason") or "")
    await built.register.remove(record, by=actor_of(person), version=_version(form), reason=reason)
    return RedirectResponse(f"/console/programme/{kind}", HTTPStatus.SEE_OTHER)


@router.post("/{kind}/{slug}/actions/{name}")
async def act_on_record(
    kind: str, slug: str, name: str, request: Request, built: Built, person: Signed
) -> HTMLResponse:
    """What the action answered, or what stands in its way, on the record's page."""
    form = await request.form()
    record = await built.register.read(kind, slug, by=actor_of(person))
    try:
        result = await act(built, kind, record, name, actor_of(person), _arguments(form))
    except ProgrammeError as error:
        return await _record(request, built, person, kind, slug, error=error)
    told = (built.register.catalogue.behaviours[name], result)
    return await _record(request, built, person, kind, slug, result=told)


async def _record(
    request: Request,
    built: Programme,
    person: Person,
    kind: str,
    slug: str,
    *,
    error: ProgrammeError | None = None,
    result: Any = None,
) -> HTMLResponse:
    by, known = actor_of(person), built.register.catalogue.kind(kind)
    await settle_expired(built.register, known)
    record = await built.register.read(kind, slug, by=by)
    private = [
        (f.label, record.values[f.name]) for f in known.fields if f.private and f.name in record.values
    ]
    return console_page(
        request, person, "console/programme_record.html", status=409 if error else 200,
        kind=known, record=record, state=known.state(record.state), error=error, result=result,
        rows=await field_rows(record, known, built), private=private,
        moves=built.register.moves(record, by), actions=_offered(built, known, person, "record"),
        views=await _record_views(record, known, built, by), may_write=by.may(known.writers),
        public=built.register.is_public(record), history=await built.register.history(kind, slug),
    )  # fmt: skip


async def _record_views(record: Record, kind: Kind, built: Programme, by: Actor) -> list[tuple[Any, Any]]:
    told = []
    for spec in built.register.catalogue.offered(kind):
        needed = any(argument.required for argument in spec.arguments)
        if spec.effect != "view" or spec.scope != "record" or needed or spec.name == "document":
            continue
        try:
            value = await BEHAVIOURS[spec.name](built.desk, Ask(kind, record, {}, by))
        except UnknownRecord:
            continue
        if not isinstance(value, Document):
            told.append((spec, value))
    return told


async def _form(
    request: Request,
    built: Programme,
    person: Person,
    kind: Kind,
    values: Mapping[str, Any],
    *,
    wrong: Mapping[str, str] | None = None,
    record: Record | None = None,
    said: str = "",
) -> HTMLResponse:
    fields = await form_fields(kind, built.register, actor_of(person), values, wrong)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong or said else HTTPStatus.OK
    return console_page(
        request, person, "console/programme_form.html", status=status, kind=kind, record=record,
        fields=fields, wrong=wrong or {}, said=said,
    )  # fmt: skip


def _offered(built: Programme, kind: Kind, person: Person, scope: str) -> list[Any]:
    by = actor_of(person)
    offered = built.register.catalogue.offered(kind)
    return [s for s in offered if s.effect == "action" and s.scope == scope and by.may(s.roles)]


def _views(built: Programme, kind: Kind) -> list[Any]:
    offered = built.register.catalogue.offered(kind)
    return [s for s in offered if s.scope == "kind" and s.effect == "view"]


def _arguments(form: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in form.items() if name != "csrf" and value}


def _version(form: Mapping[str, Any]) -> int | None:
    return version_in(str(form.get("version") or "") or None)


def _to(record: Record) -> RedirectResponse:
    return RedirectResponse(f"/console/programme/{record.key}", HTTPStatus.SEE_OTHER)
