"""The page of a kind in the index: what there is, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.programme.page import AUDIENCE, TOPIC, address
from assistant.programme.records import Provenance
from assistant.programme.wording import date_in_words, instant
from ingest import Fact, FactStatus, Origin, Page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from assistant.programme.catalogue import Catalogue
    from assistant.programme.kinds import Kind
    from assistant.programme.records import Record

SHOWN = 40


def overview_page(
    kind: Kind, records: Sequence[Record], catalogue: Catalogue, site: str, now: datetime
) -> Page:
    """The page of `kind` over its public `records`; for events it says which one is next."""
    parts = [f"{kind.summary} {_count(kind, records, catalogue)}"]
    if kind.overview == "next":
        parts.append(_next(records, now))
    if records:
        parts.append("\n".join(f"- {_line(kind, record)}" for record in records[:SHOWN]))
    text = "\n\n".join(parts) + "\n"
    made_up = any(record.origin.provenance is Provenance.DEMONSTRATION for record in records)
    facts = tuple(Fact(part, FactStatus.UNCHECKED) for part in parts[1:]) if made_up else ()
    return Page(
        url=address(site, kind.name),
        title=f"{kind.title}: records of the AI work programme",
        text=text,
        topic=TOPIC,
        last_updated=max((record.changed_at.date() for record in records), default=None),
        origin=Origin.RECORD,
        audience=AUDIENCE,
        facts=facts,
        slug=f"records/{kind.name}",
    )


def upcoming(records: Sequence[Record], now: datetime) -> list[Record]:
    """Announced events that are not over, the next one first."""
    coming = [r for r in records if r.state == "announced" and instant(r.values["ends"], last=True) >= now]
    return sorted(coming, key=lambda record: instant(record.values["starts"]))


def _count(kind: Kind, records: Sequence[Record], catalogue: Catalogue) -> str:
    if not records:
        return catalogue.words.none
    noun = kind.singular if len(records) == 1 else kind.title
    return f"There {'is' if len(records) == 1 else 'are'} {len(records)} public {noun} in these records."


def _next(records: Sequence[Record], now: datetime) -> str:
    coming = upcoming(records, now)
    if not coming:
        return "These records hold no date for a coming AI event."
    first = coming[0]
    where = f" at {first.values['venue']}" if first.values.get("venue") else ""
    when = date_in_words(first.values["starts"])
    return f"The next AI event is “{first.heading}”, on {when}{where}."


def _line(kind: Kind, record: Record) -> str:
    agency = record.values.get("agency")
    return f"{record.heading}{f', {agency}' if agency else ''}: {kind.state(record.state).label.lower()}"
