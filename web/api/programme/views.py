"""Bodies of requests and responses."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel, Field

from assistant.programme import Actor, address, schema
from web.programme import Programme

if TYPE_CHECKING:
    from assistant.programme import Catalogue, Change, Initiative, Kind, Record


class OriginView(BaseModel):
    """Where a record comes from."""

    provenance: str
    """entered, published, demonstration or generated."""
    source: str | None
    read: date | None
    """When the source was read."""
    official: bool
    """Whether the source is the agency's own page."""


class RecordView(BaseModel):
    """A record; `fields` are described by GET /v1/programme/kinds/{kind}/schema."""

    kind: str
    slug: str
    title: str
    state: str
    version: int
    fields: dict[str, Any]
    origin: OriginView
    url: str
    """The record's page."""
    created_at: datetime
    changed_at: datetime
    moves: list[str] = []
    """Changes of state that the person asking may make now."""
    similar: list[dict[str, Any]] | None = None
    """On creation, where the kind looks for duplicates: records that are near in meaning."""


class ListView(BaseModel):
    """One page of a list."""

    records: list[RecordView]
    total: int
    offset: int
    limit: int
    next: str | None
    """Address of the next page."""


class FieldView(BaseModel):
    """A field of a kind."""

    name: str
    type: str
    label: str
    required: bool
    private: bool


class BehaviourView(BaseModel):
    """A view or action of a kind."""

    name: str
    label: str
    about: str
    scope: str
    effect: str
    public: bool
    roles: list[str]
    arguments: list[dict[str, Any]]
    media_type: str


class KindView(BaseModel):
    """A kind of record."""

    name: str
    title: str
    summary: str
    initiatives: list[int]
    public: bool
    writers: list[str]
    states: list[dict[str, Any]]
    moves: list[dict[str, Any]]
    fields: list[FieldView]
    behaviours: list[BehaviourView]
    records: int | None = None
    """How many the person asking may see."""


class InitiativeView(BaseModel):
    """One of the fifteen."""

    number: int
    slug: str
    title: str
    focus_area: str
    deliverable: str | None
    """As the programme's page names it; null where only the title could be read."""
    records: str
    """What its records here do."""
    kinds: list[str]
    url: str


class ProgrammeView(BaseModel):
    """The programme: focus areas, initiatives, and where the titles were read."""

    source: str
    read: date
    focus_areas: list[dict[str, str]]
    initiatives: list[InitiativeView]


class Write(BaseModel):
    """Values by field; on a change, null takes a value away and what is left out stays."""

    fields: dict[str, Any]
    reason: str = Field(default="", max_length=1_000)


class MoveBody(BaseModel):
    """A change of state."""

    move: str = Field(max_length=40, examples=["publish"])
    reason: str = Field(default="", max_length=1_000)


class LinkBody(BaseModel):
    """A link to another record."""

    relation: str = Field(pattern=r"^[a-z][a-z-]{0,48}$", examples=["changes"])
    to_kind: str = Field(max_length=50)
    to_slug: str = Field(max_length=100)


class LinkView(BaseModel):
    """A link between two records."""

    kind: str
    slug: str
    relation: str
    to_kind: str
    to_slug: str


class ChangeView(BaseModel):
    """One thing that happened to a record."""

    id: int
    version: int
    action: str
    by: str
    at: datetime
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class ImportView(BaseModel):
    """What an import did, or would do."""

    dry_run: bool
    stored: bool
    created: list[str]
    changed: list[str]
    unchanged: list[str]
    wrong: dict[int, dict[str, str]]
    """By row, counted from 1 without a header row: what is wrong with which field."""


class Verdict(BaseModel):
    """Whether a signed document is this service's, and whether what it certifies stands today."""

    signature: str
    """valid or invalid."""
    standing: str
    """valid, lapsed, expired, revoked, draft, superseded or unknown."""
    reason: str
    certificate: str | None = None
    url: str | None = None


def programme_of(request: Request) -> Programme:
    """The programme of the application that serves `request`."""
    programme: Programme = request.app.state.services.programme
    return programme


Built = Annotated[Programme, Depends(programme_of)]


def view(record: Record, programme: Programme, by: Actor) -> RecordView:
    """The record as `by` may see it."""
    kind = programme.register.catalogue.kind(record.kind)
    origin = record.origin
    return RecordView(
        kind=record.kind,
        slug=record.slug,
        title=record.title,
        state=record.state,
        version=record.version,
        fields=kind.shown(record.values, internal=by.internal),
        origin=OriginView(
            provenance=origin.provenance, source=origin.source, read=origin.read, official=origin.official
        ),
        url=address(programme.desk.site, record.kind, record.slug),
        created_at=record.created_at,
        changed_at=record.changed_at,
        moves=[move.name for move in programme.register.moves(record, by)],
    )


def etag_of(record: Record, by: Actor) -> str:
    """The record's version; the public's representation differs from the office's."""
    return f"{record.version}" if by.internal else f"{record.version}-public"


def kind_view(kind: Kind, catalogue: Catalogue, records: int | None = None) -> KindView:
    """A kind with its fields and behaviours."""
    return KindView(
        name=kind.name,
        title=kind.title,
        summary=kind.summary,
        initiatives=[kind.initiative, *kind.also],
        public=kind.public,
        writers=list(kind.writers),
        states=[state.model_dump() for state in kind.states],
        moves=[move.model_dump() for move in kind.moves],
        fields=[FieldView(**{n: getattr(f, n) for n in FieldView.model_fields}) for f in kind.fields],
        behaviours=[BehaviourView(**spec.model_dump()) for spec in catalogue.offered(kind)],
        records=records,
    )


def initiative_view(initiative: Initiative, programme: Programme) -> InitiativeView:
    """An initiative with its kinds and page."""
    kinds = programme.register.catalogue.kinds_of(initiative)
    return InitiativeView(
        **initiative.model_dump(),
        kinds=[kind.name for kind in kinds],
        url=address(programme.desk.site, initiative.slug),
    )


def change_view(change: Change) -> ChangeView:
    """A change as the office sees it."""
    return ChangeView(**{name: getattr(change, name) for name in ChangeView.model_fields})


def kind_schema(kind: Kind, by: Actor) -> dict[str, Any]:
    """The JSON Schema that `by` may see."""
    return schema(kind, internal=by.internal)
