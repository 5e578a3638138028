"""The marketplace: offers side by side."""

from __future__ import annotations

from typing import Any

from assistant.programme.desk import Ask, Desk
from assistant.programme.errors import BadQuery
from assistant.programme.page import address
from assistant.programme.wording import shown

MOST = 6


async def compare(desk: Desk, ask: Ask) -> dict[str, Any]:
    """Two to six offers field by field, in the order asked; `differs` marks where they are not alike."""
    slugs = list(dict.fromkeys(part.strip() for part in ask.said("of").split(",") if part.strip()))
    if not 2 <= len(slugs) <= MOST:
        raise BadQuery(f"compare from 2 to {MOST} offers", what_to_do="Name them in `of`, apart by commas.")
    offers = [await desk.register.read(ask.kind.name, slug, by=ask.by) for slug in slugs]
    titles = {key: title for offer in offers for key, title in (await desk.register.titles(offer)).items()}
    rows = []
    for field in ask.kind.fields:
        if field.private or field.name == ask.kind.title_field:
            continue
        cells = [
            shown(field, offer.values[field.name], titles) if field.name in offer.values else None
            for offer in offers
        ]
        rows.append(
            {"field": field.name, "label": field.label, "values": cells, "differs": len(set(cells)) > 1}
        )
    named = [{"slug": o.slug, "title": o.title, "url": address(desk.site, o.kind, o.slug)} for o in offers]
    return {"offers": named, "rows": rows}
