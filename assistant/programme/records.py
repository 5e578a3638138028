"""The values of the programme: a record, what happened to it, and what it is linked to."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Provenance(StrEnum):
    """Where a record comes from, shown with it everywhere."""

    ENTERED = "entered"
    """By a person of an agency, or by an import."""
    PUBLISHED = "published"
    """Read in a published source, which the record names."""
    DEMONSTRATION = "demonstration"
    """Made up to show how records work; describes nothing real."""
    GENERATED = "generated"
    """Made by this service about itself."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A record's provenance; `official` says whether `source` is the agency's own page."""

    provenance: Provenance = Provenance.ENTERED
    source: str | None = None
    read: date | None = None
    official: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and in which roles; `internal` sees drafts and private fields."""

    name: str
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def internal(self) -> bool:
        """Whether the person belongs to the office."""
        return bool(self.roles)

    def may(self, allowed: tuple[str, ...]) -> bool:
        """Whether one of the person's roles is among `allowed`; an admin may all."""
        return "admin" in self.roles or bool(self.roles & set(allowed))


PUBLIC = Actor("public")
"""Somebody who has not signed in."""

OFFICE = Actor("govt-assistant", frozenset({"admin"}))
"""The service itself, when the calendar or a gate makes a change."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands; `version` counts its changes from 1."""

    kind: str
    slug: str
    title: str
    state: str
    version: int
    values: dict[str, Any]
    origin: Origin
    created_at: datetime
    changed_at: datetime
    changed_by: str
    deleted: bool = False

    @property
    def key(self) -> str:
        """The record's name for life: kind and slug."""
        return f"{self.kind}/{self.slug}"

    @property
    def heading(self) -> str:
        """The title, marked where the record was made up."""
        made_up = self.origin.provenance is Provenance.DEMONSTRATION
        return f"{self.title} (demonstration)" if made_up else self.title


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to a record; changes are only ever added."""

    id: int
    kind: str
    slug: str
    version: int
    action: str
    by: str
    at: datetime
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Link:
    """`kind/slug` stands in `relation` to `to_kind/to_slug`."""

    kind: str
    slug: str
    relation: str
    to_kind: str
    to_slug: str


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list, and how many records there are in all."""

    records: tuple[Record, ...]
    total: int


def slug_of(title: str) -> str:
    """A title as part of an address: macrons off, words joined by hyphens, at most 60 characters."""
    plain = "".join(c for c in unicodedata.normalize("NFD", title) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-") or "record"


def folded(text: str) -> str:
    """Text for finding words in: without macrons and capitals."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return plain.casefold()
