"""The community's digest: what is new, by day."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import Any

from assistant.programme.desk import Ask, Desk, scores
from assistant.programme.page import address
from assistant.programme.records import PUBLIC, Provenance
from assistant.programme.wording import NEW_ZEALAND

KINDS = ("discussions", "resources", "use-cases", "patterns", "tools", "lessons", "events", "courses")
MOST = 100


async def digest(desk: Desk, ask: Ask) -> dict[str, Any]:
    """Public records that are new or changed within `days`, newest day first."""
    days = ask.number("days", scores()["digest"]["days"], most=366)
    since = desk.register.now() - timedelta(days=days)
    found = [
        record
        for kind in KINDS
        for record in await desk.register.all(kind, by=PUBLIC)
        if record.changed_at >= since
    ]
    newest = sorted(found, key=lambda each: each.changed_at, reverse=True)[:MOST]
    items = [
        {
            "day": record.changed_at.astimezone(NEW_ZEALAND).date().isoformat(),
            "kind": record.kind,
            "title": record.title,
            "new": record.created_at >= since,
            "demonstration": record.origin.provenance is Provenance.DEMONSTRATION,
            "url": address(desk.site, record.kind, record.slug),
        }
        for record in newest
    ]
    by_day = groupby(items, key=lambda item: item["day"])
    return {
        "since": since.date().isoformat(),
        "days": [{"day": d, "items": list(each)} for d, each in by_day],
    }
