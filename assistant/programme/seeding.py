"""Seeds: what is published about each initiative and, apart from it, made-up records for a demonstration."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.programme.catalogue import read_toml
from assistant.programme.errors import CatalogueError, InvalidRecord
from assistant.programme.records import OFFICE, Actor, Origin, Provenance, slug_of
from assistant.programme.wording import NEW_ZEALAND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.programme.register import Register

FOLDER = Path(__file__).parent / "seeds"
PUBLISHED, DEMONSTRATION = "published", "demonstration.toml"
"""A file for each focus area, and one file of what is made up."""
SEEDER = Actor("seed", OFFICE.roles)
_RELATIVE = re.compile(r"today([+-]\d+)(?:T(\d\d:\d\d))?")


@dataclass(slots=True)
class Seeded:
    """Records by what was done; those that people have changed since are left as they are."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


async def seed(register: Register, *, demonstration: bool = False) -> Seeded:
    """Load the published records and, where asked, the made-up ones; a second time changes nothing."""
    done = Seeded()
    files = sorted((FOLDER / PUBLISHED).glob("*.toml"))
    for path in [*files, *([FOLDER / DEMONSTRATION] if demonstration else ())]:
        for number, row in enumerate(read_toml(path)["records"], start=1):
            try:
                await _one(row, register, demonstration=path.name == DEMONSTRATION, done=done)
            except InvalidRecord as error:
                raise CatalogueError(f"{path.name}, record {number}: {error}") from error
    return done


async def _one(row: Mapping[str, Any], register: Register, *, demonstration: bool, done: Seeded) -> None:
    kind = register.catalogue.kind(row["kind"])
    values = {name: _dated(value, register.today) for name, value in row["fields"].items()}
    slug = row.get("slug") or slug_of(str(values[kind.title_field]))
    there = await register.seen(kind.name, slug)
    if there is None:
        await register.create(
            kind.name, values, by=SEEDER, slug=slug, origin=_origin(row, demonstration=demonstration),
            state=row.get("state", "published"), computed=True,
        )  # fmt: skip
        done.created.append(f"{kind.name}/{slug}")
        return
    same = all(there.values.get(name) == value for name, value in values.items())
    if same or there.changed_by != SEEDER.name or demonstration:
        done.kept.append(there.key)
        return
    await register.change(there, values, by=SEEDER, version=there.version, computed=True, reason="seed")
    done.changed.append(there.key)


def _origin(row: Mapping[str, Any], *, demonstration: bool) -> Origin:
    if demonstration:
        return Origin(Provenance.DEMONSTRATION)
    if row.get("generated"):
        return Origin(Provenance.GENERATED)
    read = date.fromisoformat(str(row["read"]))
    return Origin(Provenance.PUBLISHED, row["source"], read, bool(row.get("official", False)))


def _dated(value: Any, today: date) -> Any:
    """A value whose `today+30` or `today+30T09:00` is a date, or a time in New Zealand, as of now."""
    if isinstance(value, list):
        return [_dated(each, today) for each in value]
    if isinstance(value, dict):
        return {name: _dated(each, today) for name, each in value.items()}
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    found = _RELATIVE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    day = today + timedelta(days=int(found[1]))
    if found[2] is None:
        return day.isoformat()
    return datetime.combine(day, time.fromisoformat(found[2]), NEW_ZEALAND).isoformat()
