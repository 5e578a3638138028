"""The work programme for everyone: initiatives, kinds of records, and one page a public record."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from assistant.programme import (
    PUBLIC,
    BadQuery,
    Document,
    FieldType,
    UnknownKind,
    UnknownRecord,
    day,
    provenance,
    settle_expired,
    shown,
)
from assistant.programme import Query as Listed
from web.api.programme.behaviours import look
from web.api.programme.views import Built
from web.pages.rendering import page, page_language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assistant.programme import Initiative, Kind, KindField, Record, Spec
    from web.programme import Programme

router = APIRouter(prefix="/programme", include_in_schema=False, default_response_class=HTMLResponse)
A_PAGE = 25
A_FEW = 6


@router.get("")
async def show_programme(built: Built, lang: str = "en") -> HTMLResponse:
    """The four focus areas and their initiatives."""
    catalogue = built.register.catalogue
    areas = [
        (area, [each for each in catalogue.initiatives if each.focus_area == area.name])
        for area in catalogue.areas
    ]
    return page("programme/overview.html", page_language(lang), areas=areas, source=catalogue.source)


@router.get("/{name}")
async def show_named(
    name: str,
    built: Built,
    q: Annotated[str, Query(max_length=200)] = "",
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    lang: str = "en",
) -> HTMLResponse:
    """An initiative or the public records of a kind; a page with status 404 for any other name."""
    catalogue = built.register.catalogue
    if name in catalogue.kinds and catalogue.kinds[name].public:
        return await _kind(catalogue.kinds[name], built, q, offset, page_language(lang))
    try:
        return await _initiative(catalogue.initiative(name), built, page_language(lang))
    except UnknownKind:
        return page("programme/unknown.html", page_language(lang), status=404)


@router.get("/{kind}/{slug}")
async def show_record(kind: str, slug: str, built: Built, lang: str = "en") -> HTMLResponse:
    """What everyone may see of a record; a page with status 404 where there is nothing to see."""
    catalogue = built.register.catalogue
    if kind not in catalogue.kinds or not catalogue.kinds[kind].public:
        return page("programme/unknown.html", page_language(lang), status=404)
    known = catalogue.kinds[kind]
    await settle_expired(built.register, known)
    try:
        record = await built.register.read(kind, slug)
    except UnknownRecord:
        return page("programme/unknown.html", page_language(lang), status=404)
    return page(
        "programme/record.html",
        page_language(lang),
        kind=known,
        record=record,
        state=known.state(record.state).label,
        initiative=next(each for each in catalogue.initiatives if each.number == known.initiative),
        origin=provenance(record, catalogue.words),
        rows=await field_rows(record, known, built),
        views=await record_views(record, known, built),
    )


async def field_rows(record: Record, kind: Kind, built: Programme) -> list[dict[str, Any]]:
    """The public fields in words: text, a table, links to other records, or an address."""
    titles = await built.register.titles(record)
    rows = []
    for field in kind.fields:
        if field.private or field.name not in record.values or field.name in {kind.title_field, "signed"}:
            continue
        rows.append({"label": field.label, **_field(field, record.values[field.name], titles)})
    return rows


def _field(field: KindField, value: Any, titles: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    if field.type is FieldType.TABLE:
        named = [[shown(c, row[c.name]) if c.name in row else "" for c in field.columns] for row in value]
        return {"columns": [column.label for column in field.columns], "cells": named}
    if field.of is not None:
        slugs = value if field.many else [value]
        known = [(titles[field.of, slug], f"/programme/{field.of}/{slug}") for slug in slugs
                 if (field.of, slug) in titles]  # fmt: skip
        return {"links": known}
    if field.type is FieldType.URL:
        return {"links": [(value, value)]}
    return {"text": shown(field, value)}


async def record_views(record: Record, kind: Kind, built: Programme) -> list[dict[str, Any]]:
    """What the kind's public views say of the record; a picture by its address."""
    told = []
    for spec in built.register.catalogue.offered(kind):
        if not _fit_for_page(spec):
            continue
        if spec.media_type.startswith("image/"):
            told.append({"spec": spec, "image": f"/v1/programme/{record.key}/views/{spec.name}"})
            continue
        try:
            value = await look(built, kind.name, record, spec.name, PUBLIC, {})
        except UnknownRecord:  # a document that was never issued
            continue
        if not isinstance(value, Document):
            told.append({"spec": spec, "value": value})
    return told


def _fit_for_page(spec: Spec) -> bool:
    needed = any(argument.required for argument in spec.arguments)
    return spec.scope == "record" and spec.effect == "view" and spec.public and not needed


async def _kind(kind: Kind, built: Programme, q: str, offset: int, language: str) -> HTMLResponse:
    await settle_expired(built.register, kind)
    try:
        found = await built.register.find(kind.name, Listed(text=q, offset=offset, limit=A_PAGE))
    except BadQuery:
        return page("programme/unknown.html", language, status=404)
    views = [
        spec
        for spec in built.register.catalogue.offered(kind)
        if spec.scope == "kind" and spec.effect == "view" and not any(a.required for a in spec.arguments)
    ]
    return page(
        "programme/kind.html", language, kind=kind, found=found, q=q, offset=offset, size=A_PAGE, views=views,
        state=_labels(kind),
        initiative=next(e for e in built.register.catalogue.initiatives if e.number == kind.initiative),
    )  # fmt: skip


async def _initiative(initiative: Initiative, built: Programme, language: str) -> HTMLResponse:
    catalogue = built.register.catalogue
    kinds = []
    for kind in catalogue.kinds_of(initiative):
        if kind.public:
            await settle_expired(built.register, kind)
            kinds.append((kind, await built.register.find(kind.name, Listed(limit=A_FEW))))
    area = next(each for each in catalogue.areas if each.name == initiative.focus_area)
    statement = await _statement(initiative, built)
    return page(
        "programme/initiative.html", language, initiative=initiative, area=area, kinds=kinds,
        states={kind.name: _labels(kind) for kind, _ in kinds},
        source=catalogue.source, read=day(date.fromisoformat(catalogue.read)), statement=statement,
    )  # fmt: skip


def _labels(kind: Kind) -> Callable[[Record], str]:
    """A record's state in words."""
    return lambda record: kind.state(record.state).label


async def _statement(initiative: Initiative, built: Programme) -> Any:
    """This service's own status and transparency statement, on the page of its initiative."""
    for kind in built.register.catalogue.kinds_of(initiative):
        if "transparency" in kind.views:
            return await look(built, kind.name, None, "transparency", PUBLIC, {})
    return None
