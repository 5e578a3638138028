"""Events: what is next, and an iCalendar feed (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Any

from assistant.programme.desk import Ask, Desk, Document
from assistant.programme.overview import upcoming
from assistant.programme.page import address
from assistant.programme.records import PUBLIC, Provenance
from assistant.programme.wording import instant, is_timed

if TYPE_CHECKING:
    from datetime import datetime

    from icalendar import Event

    from assistant.programme.records import Record

STATUS = {"announced": "CONFIRMED", "held": "CONFIRMED", "cancelled": "CANCELLED"}


async def next_events(desk: Desk, ask: Ask) -> dict[str, Any]:
    """Announced events that are not over, the next one first."""
    coming = upcoming(await desk.register.all(ask.kind.name, by=PUBLIC), desk.register.now())
    return {"events": [_shown(desk, record) for record in coming]}


async def calendar(desk: Desk, ask: Ask) -> Document:
    """Every public event; a cancelled one stays in the feed and says so."""
    from icalendar import Calendar  # 80 modules, for whoever subscribes

    feed = Calendar()
    feed.add("prodid", "-//govt-assistant//AI work programme//EN")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", ask.kind.title)
    for record in await desk.register.all(ask.kind.name, by=PUBLIC):
        feed.add_component(_event(desk, record))
    return Document("text/calendar; charset=utf-8", feed.to_ical(), "ai-events.ics")


def _event(desk: Desk, record: Record) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{record.slug}@programme.govt-assistant")
    event.add("dtstamp", record.changed_at.astimezone(UTC))
    event.add("sequence", record.version)
    event.add("dtstart", _when(record.values["starts"]))
    event.add("dtend", _when(record.values["ends"], end=True))
    event.add("summary", record.heading)
    event.add("status", STATUS[record.state])
    event.add("description", record.values.get("summary", ""))
    event.add("url", address(desk.site, record.kind, record.slug))
    if record.values.get("venue"):
        event.add("location", record.values["venue"])
    return event


def _when(text: str, *, end: bool = False) -> datetime | date:
    """A time in UTC; for whole days a date, the end of which iCalendar counts exclusively."""
    if is_timed(text):
        return instant(text).astimezone(UTC)
    return date.fromisoformat(text) + timedelta(days=end)


def _shown(desk: Desk, record: Record) -> dict[str, Any]:
    values = {name: record.values.get(name) for name in ("starts", "ends", "venue", "audience")}
    return {
        "slug": record.slug,
        "title": record.title,
        "demonstration": record.origin.provenance is Provenance.DEMONSTRATION,
        "url": address(desk.site, record.kind, record.slug),
    } | values
