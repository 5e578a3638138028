"""Places at an event or in a cohort: the first to come have them, the others wait in order.

Who has a place follows from the order of registrations alone, so that two people who take the last place
at once cannot both have it, and a place that becomes free goes to the first who waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.programme.desk import Ask, Desk
from assistant.programme.errors import InvalidRecord, WrongState
from assistant.programme.records import OFFICE, Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.programme.records import Record

SEATS = {"events": ("registrations", "event"), "cohorts": ("enrolments", "cohort")}
OPEN = {"announced", "planned"}


async def places(desk: Desk, ask: Ask) -> dict[str, Any]:
    """Capacity, taken, free and waiting; no capacity means that everyone has a place."""
    seated, waiting = await _seats(desk, ask.of)
    capacity = ask.of.values.get("capacity")
    free = None if capacity is None else max(0, capacity - len(seated))
    counts = {"capacity": capacity, "taken": len(seated), "free": free, "waiting": len(waiting)}
    if not ask.by.internal:
        return counts
    named = {
        "with_a_place": [_named(each) for each in seated],
        "waiting_list": [_named(each) for each in waiting],
    }
    return counts | named


async def take_place(desk: Desk, ask: Ask) -> dict[str, Any]:
    """Register a person; says whether they have a place or wait, and at which position."""
    parent = ask.of
    if parent.state not in OPEN:
        raise WrongState(f"registration is closed: “{parent.title}” is {parent.state}")
    kind, field = SEATS[parent.kind]
    values = {
        "title": ask.said("name"), "agency": ask.said("agency"), field: parent.slug,
        "email": ask.arguments.get("email") or None,
    }  # fmt: skip
    email = (values["email"] or "").casefold()
    came = await desk.register.all(kind, by=OFFICE, **{field: parent.slug})
    for other in came:
        if email and other.state == "registered" and other.values.get("email", "").casefold() == email:
            raise InvalidRecord({"email": "this address is registered already"})
    made = await desk.register.create(
        kind, {name: value for name, value in values.items() if value is not None}, by=ask.by,
        slug=f"{parent.slug[:40].rstrip('-')}-{len(came) + 1}", origin=Origin(parent.origin.provenance),
    )  # fmt: skip
    seated, waiting = await _seats(desk, parent)
    has_place = made.slug in {each.slug for each in seated}
    position = None if has_place else [each.slug for each in waiting].index(made.slug) + 1
    return {"registration": made.slug, "place": "confirmed" if has_place else "waiting", "position": position}


async def _seats(desk: Desk, parent: Record) -> tuple[Sequence[Record], Sequence[Record]]:
    """Those who have a place, and those who wait, each in the order in which they came."""
    kind, field = SEATS[parent.kind]
    found = await desk.register.all(kind, by=OFFICE, **{field: parent.slug, "state": "registered,completed"})
    ordered = sorted(found, key=lambda each: (each.created_at, each.slug))
    capacity = parent.values.get("capacity")
    cut = len(ordered) if capacity is None else capacity
    return ordered[:cut], ordered[cut:]


def _named(record: Record) -> dict[str, Any]:
    return {"slug": record.slug, "name": record.title, "agency": record.values.get("agency")}
