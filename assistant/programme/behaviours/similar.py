"""Duplicates by meaning: who already does this?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.programme.desk import Ask, Desk, scores
from assistant.programme.kinds import FieldType
from assistant.programme.page import address
from assistant.programme.records import Provenance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.programme.kinds import Kind
    from assistant.programme.records import Record


async def similar(desk: Desk, ask: Ask) -> dict[str, Any]:
    """Records of the same kind near in meaning to the record, nearest first."""
    kind = desk.catalogue.kind(ask.of.kind)
    others = [r for r in await desk.register.all(kind.name, by=ask.by) if r.slug != ask.of.slug]
    return {"similar": await near(desk, text_of(ask.of, kind), others)}


async def matches(desk: Desk, ask: Ask) -> dict[str, Any]:
    """Public records of the kind near in meaning to a description."""
    records = await desk.register.all(ask.kind.name, by=ask.by)
    return {"matches": await near(desk, ask.said("text")[:2_000], records)}


async def near(
    desk: Desk, text: str, records: Sequence[Record], *, least: float | None = None
) -> list[dict[str, Any]]:
    """`records` with the cosine of their meaning to `text`, from `least` (by default: related) up."""
    if not records:
        return []
    limits = scores()["similar"]
    texts = [text_of(record, desk.catalogue.kind(record.kind)) for record in records]
    vectors = await desk.meaning.of([text, *texts])
    cosines = vectors[1:] @ vectors[0]
    ranked = sorted(zip(records, cosines.tolist(), strict=True), key=lambda each: -each[1])
    wanted = limits["related"] if least is None else least
    return [
        {
            "kind": record.kind,
            "slug": record.slug,
            "title": record.title,
            "agency": record.values.get("agency"),
            "state": record.state,
            "demonstration": record.origin.provenance is Provenance.DEMONSTRATION,
            "url": address(desk.site, record.kind, record.slug),
            "nearness": round(cosine, 3),
            "likely_duplicate": cosine >= limits["duplicate"],
        }
        for record, cosine in ranked[: limits["most"]]
        if cosine >= wanted
    ]


def text_of(record: Record, kind: Kind) -> str:
    """What a record means: its title and its public descriptions, without names of agencies."""
    long = [f.name for f in kind.fields if f.type is FieldType.LONG_TEXT and not (f.private or f.computed)]
    first = [str(record.values[name]) for name in long[:2] if name in record.values]
    return ". ".join([record.title.rstrip("."), *first])[:1_500]
