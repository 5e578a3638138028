"""Reading: the programme, its kinds, lists and records. Everyone may; the office sees drafts as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from assistant.programme import Query as Listed
from assistant.programme import settle_expired
from web.access import Person, allow
from web.api.programme.conditional import answered
from web.api.programme.views import (
    Built,
    ChangeView,
    InitiativeView,
    KindView,
    LinkView,
    ListView,
    ProgrammeView,
    RecordView,
    change_view,
    etag_of,
    initiative_view,
    kind_schema,
    kind_view,
    view,
)
from web.problems import Problem
from web.programme.people import Asking

if TYPE_CHECKING:
    from assistant.programme import Kind
    from web.programme import Programme

NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Problem}}
router = APIRouter(prefix="/v1/programme", tags=["work programme"], responses=NOT_FOUND)
RESERVED = frozenset({"q", "sort", "offset", "limit", "linked_to", "deleted"})


@router.get("", summary="The programme and its 15 initiatives", response_model=ProgrammeView)
async def read_programme(request: Request, built: Built) -> Response:
    """Titles as the programme's page names them, with where and when they were read."""
    catalogue = built.register.catalogue
    view = ProgrammeView(
        source=catalogue.source,
        read=catalogue.read,
        focus_areas=[area.model_dump() for area in catalogue.areas],
        initiatives=[initiative_view(each, built) for each in catalogue.initiatives],
    )
    return answered(request, view)


@router.get("/initiatives/{slug}", summary="An initiative", response_model=InitiativeView)
async def read_initiative(slug: str, request: Request, built: Built) -> Response:
    """Raises a 404 problem for a slug that names none."""
    return answered(request, initiative_view(built.register.catalogue.initiative(slug), built))


@router.get("/kinds", summary="The kinds of records", response_model=list[KindView])
async def list_kinds(request: Request, built: Built, by: Asking) -> Response:
    """Fields, states, moves, views and actions of each kind that may be seen, and how many records."""
    catalogue = built.register.catalogue
    kinds = [kind for kind in catalogue.kinds.values() if kind.public or by.internal]
    return answered(request, [kind_view(k, catalogue, await _count(built, k, by)) for k in kinds])


@router.get("/kinds/{kind}", summary="A kind of record", response_model=KindView)
async def read_kind(kind: str, request: Request, built: Built, by: Asking) -> Response:
    """Raises a 404 problem for a kind that there is not."""
    known = built.register.catalogue.kind(kind)
    return answered(request, kind_view(known, built.register.catalogue, await _count(built, known, by)))


@router.get(
    "/kinds/{kind}/schema",
    summary="JSON Schema of a kind's fields",
    responses={200: {"content": {"application/schema+json": {"schema": {"type": "object"}}}}},
)
async def read_schema(kind: str, request: Request, built: Built, by: Asking) -> Response:
    """JSON Schema 2020-12; without signing in, of the public fields."""
    body = kind_schema(built.register.catalogue.kind(kind), by)
    return answered(request, body, media_type="application/schema+json")


@router.get("/{kind}", summary="Records of a kind", response_model=ListView)
async def list_records(
    kind: str,
    request: Request,
    built: Built,
    by: Asking,
    q: Annotated[str, Query(max_length=200, description="Words that must occur.")] = "",
    sort: Annotated[str, Query(max_length=100, description="Fields apart by commas; - reverses.")] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    linked_to: Annotated[str, Query(description="kind/slug of a record that they are linked to.")] = "",
    deleted: Annotated[bool, Query(description="Removed records; for the office.")] = False,
) -> Response:
    """Any other parameter filters: field=value, field.from=, field.to=, state=, provenance=."""
    await settle_expired(built.register, built.register.catalogue.kind(kind))
    filters = {name: value for name, value in request.query_params.items() if name not in RESERVED}
    to_kind, _, to_slug = linked_to.partition("/")
    query = Listed(filters, q, sort, offset, limit, (to_kind, to_slug) if linked_to else None, deleted)
    found = await built.register.find(kind, query, by=by)
    more = offset + limit < found.total
    following = dict(request.query_params) | {"offset": str(offset + limit), "limit": str(limit)}
    return answered(
        request,
        ListView(
            records=[view(record, built, by) for record in found.records],
            total=found.total,
            offset=offset,
            limit=limit,
            next=f"{request.url.path}?{urlencode(following)}" if more else None,
        ),
    )


@router.get("/{kind}/{slug}", summary="A record", response_model=RecordView)
async def read_record(kind: str, slug: str, request: Request, built: Built, by: Asking) -> Response:
    """Its ETag names its version: send it back in If-Match to change the record."""
    await settle_expired(built.register, built.register.catalogue.kind(kind))
    record = await built.register.read(kind, slug, by=by)
    return answered(request, view(record, built, by), etag=etag_of(record, by))


@router.get("/{kind}/{slug}/links", summary="A record's links")
async def read_links(kind: str, slug: str, built: Built, by: Asking) -> list[LinkView]:
    """Links from and to the record; the public sees those between public records."""
    record = await built.register.read(kind, slug, by=by)
    shown = []
    for link in await built.register.links(record):
        ends = [
            await built.register.seen(*end) for end in ((link.kind, link.slug), (link.to_kind, link.to_slug))
        ]
        if by.internal or all(end is not None and built.register.is_public(end) for end in ends):
            shown.append(LinkView(**{name: getattr(link, name) for name in LinkView.model_fields}))
    return shown


@router.get("/{kind}/{slug}/history", summary="What happened to a record")
async def read_history(
    kind: str, slug: str, built: Built, _: Annotated[Person, Depends(allow())]
) -> list[ChangeView]:
    """Newest first, also of a record that was removed; for the office."""
    built.register.catalogue.kind(kind)
    return [change_view(change) for change in await built.register.history(kind, slug)]


async def _count(built: Programme, kind: Kind, by: Asking) -> int:
    return (await built.register.find(kind.name, Listed(limit=1), by=by)).total if _seen(kind, by) else 0


def _seen(kind: Kind, by: Asking) -> bool:
    return kind.public or by.internal
