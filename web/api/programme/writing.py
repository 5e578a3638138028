"""Writing: create, change, move, remove, restore, link. By role, each leaving a change in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Header, Response

from assistant.programme import Ask, UnknownRecord
from assistant.programme.behaviours import BEHAVIOURS
from web.access import Person, allow
from web.api.programme.conditional import version_in
from web.api.programme.views import (
    Built,
    LinkBody,
    LinkView,
    MoveBody,
    RecordView,
    Write,
    etag_of,
    view,
)
from web.problems import Problem
from web.programme.people import actor_of

if TYPE_CHECKING:
    from assistant.programme import Actor, Record
    from web.programme import Programme

ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem} for status in (401, 403, 404, 409, 412, 422, 428)
}
router = APIRouter(prefix="/v1/programme", tags=["work programme"], responses=ERRORS)
Signed = Annotated[Person, Depends(allow())]
IfMatch = Annotated[str | None, Header(description="ETag of the record as it was read.")]


@router.post("/{kind}", status_code=201, summary="Create a record")
async def create_record(
    kind: str, body: Write, response: Response, built: Built, person: Signed
) -> RecordView:
    """A draft in the kind's first state; where the kind looks for duplicates, with those near in meaning."""
    by = actor_of(person)
    record = await built.register.create(kind, body.fields, by=by, reason=body.reason)
    made = _changed(record, response, built, by)
    response.headers["Location"] = f"/v1/programme/{record.key}"
    known = built.register.catalogue.kind(kind)
    if "similar" in known.views:
        told = await BEHAVIOURS["similar"](built.desk, Ask(known, record, by=by))
        made.similar = told["similar"]
    return made


@router.patch("/{kind}/{slug}", summary="Change a record's fields")
async def change_record(
    kind: str,
    slug: str,
    body: Write,
    response: Response,
    built: Built,
    person: Signed,
    if_match: IfMatch = None,
) -> RecordView:
    """412 where somebody else changed it meanwhile, 428 without If-Match, 422 naming each wrong field."""
    by = actor_of(person)
    record = await built.register.read(kind, slug, by=by)
    version = version_in(if_match)
    changed = await built.register.change(record, body.fields, by=by, version=version, reason=body.reason)
    return _changed(changed, response, built, by)


@router.post("/{kind}/{slug}/moves", summary="Change a record's state")
async def move_record(
    kind: str,
    slug: str,
    body: MoveBody,
    response: Response,
    built: Built,
    person: Signed,
    if_match: IfMatch = None,
) -> RecordView:
    """409 where the record's state or its content does not allow the move yet, with what is missing."""
    by = actor_of(person)
    record = await built.register.read(kind, slug, by=by)
    version = version_in(if_match)
    moved = await built.register.move(record, body.move, by=by, version=version, reason=body.reason)
    return _changed(moved, response, built, by)


@router.delete("/{kind}/{slug}", status_code=204, summary="Remove a record")
async def remove_record(
    kind: str, slug: str, built: Built, person: Signed, if_match: IfMatch = None, reason: str = ""
) -> None:
    """Hidden from everyone; its history stays, and it can be restored."""
    by = actor_of(person)
    record = await built.register.read(kind, slug, by=by)
    await built.register.remove(record, by=by, version=version_in(if_match), reason=reason)


@router.post("/{kind}/{slug}/restore", summary="Restore a removed record")
async def restore_record(
    kind: str, slug: str, response: Response, built: Built, person: Signed
) -> RecordView:
    """Raises a 404 problem for a record that is not removed."""
    by = actor_of(person)
    record = await built.register.read(kind, slug, by=by, deleted=True)
    if not record.deleted:
        raise UnknownRecord(f"{record.key} is not removed")
    restored = await built.register.restore(record, by=by, version=record.version)
    return _changed(restored, response, built, by)


@router.post("/{kind}/{slug}/links", status_code=201, summary="Link a record to another")
async def link_record(kind: str, slug: str, body: LinkBody, built: Built, person: Signed) -> LinkView:
    """The same link twice is one link."""
    by = actor_of(person)
    record = await built.register.read(kind, slug, by=by)
    to = await built.register.read(body.to_kind, body.to_slug, by=by)
    link = await built.register.link(record, body.relation, to, by=by)
    return LinkView(**{name: getattr(link, name) for name in LinkView.model_fields})


def _changed(record: Record, response: Response, built: Programme, by: Actor) -> RecordView:
    response.headers["ETag"] = f'"{etag_of(record, by)}"'
    return view(record, built, by)
