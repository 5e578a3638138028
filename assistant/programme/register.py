"""The register: six verbs on records of any kind, each of which leaves a change.

find, read, create, change, move, remove. A change names the version that it changes, so that nobody
overwrites what somebody else wrote meanwhile. Nothing is ever deleted: a removed record is hidden.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, update

from assistant.programme import database as db
from assistant.programme.admission import Admission
from assistant.programme.errors import (
    InvalidRecord,
    MissingVersion,
    NotAllowed,
    StaleRecord,
    WrongState,
)
from assistant.programme.lookup import Lookup
from assistant.programme.records import (
    OFFICE,
    Actor,
    Change,
    Link,
    Origin,
    Record,
    slug_of,
)
from assistant.programme.rows import row_of, told

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from assistant.programme.catalogue import Catalogue
    from assistant.programme.kinds import Kind, Move

    Listener = Callable[[Change, Record], Awaitable[None]]
    Check = Callable[[Lookup, Record, str], Awaitable[str | None]]

LONGEST_REASON = 1_000
_SLUGS_TRIED = 1_000


class Register(Lookup):
    """The records, in the database that all workers share.

    `personal` names what of a text looks like personal information: public fields must hold none.
    `listeners` are told of each change after it is stored. `checks` are conditions of moves by name: each
    says what stands in the way of a move, or None.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        catalogue: Catalogue,
        *,
        now: Callable[[], datetime],
        personal: Callable[[str], Iterable[str]] = lambda _: (),
        checks: Mapping[str, Check] | None = None,
    ) -> None:
        super().__init__(engine, catalogue, now=now)
        self.listeners: list[Listener] = []
        self._checks = checks or {}
        self._admission = Admission(personal, self._is_there)

    async def create(
        self,
        kind: str,
        values: Mapping[str, Any],
        *,
        by: Actor,
        origin: Origin | None = None,
        slug: str | None = None,
        state: str | None = None,
        computed: bool = False,
        reason: str = "",
    ) -> Record:
        """A new record in the kind's first state; raises `NotAllowed`, `InvalidRecord`."""
        known = self._writable(kind, by)
        kept = await self._admission.admit(known, values, computed=computed)
        now = self.now()
        title = str(kept[known.title_field])
        heading = known.field(known.title_field)
        base = known.singular if heading and heading.private else title  # no address names a person
        async with self.engine.begin() as connection:
            free = await self._free_slug(connection, kind, slug or slug_of(base))
            record = Record(
                kind, free, title, state or known.initial, 1, kept, origin or Origin(), now, now, by.name
            )
            await connection.execute(insert(db.records).values(**row_of(record, known)))
            change = await self._note(connection, "create", record, None, by, reason)
        return await self._tell(change, record)

    async def change(
        self,
        record: Record,
        values: Mapping[str, Any],
        *,
        by: Actor,
        version: int | None,
        computed: bool = False,
        reason: str = "",
    ) -> Record:
        """`record` with `values` over its own (None takes one away); raises what `create` raises."""
        known = self._writable(record.kind, by)
        merged = {k: v for k, v in (record.values | dict(values)).items() if v is not None}
        kept = await self._admission.admit(known, merged, computed=computed, before=record.values)
        changed = replace(record, values=kept, title=str(kept[known.title_field]))
        return await self._store("change", record, changed, by, version, reason)

    async def move(
        self, record: Record, name: str, *, by: Actor, version: int | None, reason: str = ""
    ) -> Record:
        """`record` in the state that move `name` leads to; raises `NotAllowed`, `WrongState`."""
        known = self.catalogue.kind(record.kind)
        move = next((m for m in known.moves if m.name == name), None)
        if move is None or record.state not in move.from_:
            raise WrongState(f"a {known.singular} that is {record.state} cannot {name[:40]!r}")
        if not by.may(move.roles):
            raise NotAllowed(f"{move.label} needs one of the roles: {', '.join(move.roles)}")
        if move.reason and not reason.strip():
            raise WrongState(f"{move.label} needs a reason", what_to_do="Say why, in a sentence.")
        for check in known.checks:
            if (hindrance := await self._checks[check](self, record, name)) is not None:
                raise WrongState(hindrance, what_to_do="Complete the record, then move it.")
        return await self._store(name, record, replace(record, state=move.to), by, version, reason)

    async def settle(self, record: Record, state: str, *, reason: str) -> Record:
        """`record` in `state`, as the calendar or a behaviour decides."""
        return await self._store(
            "settle", record, replace(record, state=state), OFFICE, record.version, reason
        )

    async def remove(self, record: Record, *, by: Actor, version: int | None, reason: str = "") -> Record:
        """Hide the record from everyone but its history; raises `NotAllowed`."""
        self._writable(record.kind, by)
        return await self._store("remove", record, replace(record, deleted=True), by, version, reason)

    async def restore(self, record: Record, *, by: Actor, version: int | None, reason: str = "") -> Record:
        """Show a removed record again; raises `NotAllowed`."""
        self._writable(record.kind, by)
        return await self._store("restore", record, replace(record, deleted=False), by, version, reason)

    async def link(self, record: Record, relation: str, to: Record, *, by: Actor) -> Link:
        """Put `record` in `relation` to `to`; raises `NotAllowed`."""
        self._writable(record.kind, by)
        link = Link(record.kind, record.slug, relation, to.kind, to.slug)
        if link in await self.links(record):
            return link
        async with self.engine.begin() as connection:
            await connection.execute(insert(db.links).values(**{n: getattr(link, n) for n in Link.__slots__}))
            change = await self._note(connection, "link", record, None, by, f"{relation} {to.key}")
        await self._tell(change, record)
        return link

    async def admit(self, kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values as they would be stored; raises `InvalidRecord` that names every wrong field."""
        return await self._admission.admit(kind, values)

    def moves(self, record: Record, by: Actor) -> tuple[Move, ...]:
        """The moves that `by` may make now."""
        kind = self.catalogue.kind(record.kind)
        return tuple(move for move in kind.moves if record.state in move.from_ and by.may(move.roles))

    async def _store(
        self, action: str, before: Record, after: Record, by: Actor, version: int | None, reason: str
    ) -> Record:
        if version is None:
            raise MissingVersion(f"{before.key}: the change does not say which version it changes")
        stored = replace(after, version=version + 1, changed_at=self.now(), changed_by=by.name)
        c = db.records.c
        async with self.engine.begin() as connection:
            done = await connection.execute(
                update(db.records)
                .where(c.kind == before.kind, c.slug == before.slug, c.version == version)
                .values(**row_of(stored, self.catalogue.kind(stored.kind)))
            )
            if not done.rowcount or version != before.version:
                raise StaleRecord(f"{before.key} is at version {before.version}, not {version}")
            change = await self._note(connection, action, stored, before, by, reason)
        return await self._tell(change, stored)

    async def _note(
        self,
        connection: AsyncConnection,
        action: str,
        after: Record,
        before: Record | None,
        by: Actor,
        reason: str,
    ) -> Change:
        row: dict[str, Any] = {
            "kind": after.kind, "slug": after.slug, "version": after.version, "action": action,
            "by": by.name, "at": self.now(), "reason": self._admission.admit_reason(reason)[:LONGEST_REASON],
            "before": told(before), "after": told(after),
        }  # fmt: skip
        result = await connection.execute(insert(db.changes).values(**row))
        key = result.inserted_primary_key
        assert key is not None
        return Change(id=int(key[0]), **row)

    async def _tell(self, change: Change, record: Record) -> Record:
        for listener in self.listeners:
            await listener(change, record)
        return record

    async def _is_there(self, kind: str, slug: str) -> bool:
        return await self.seen(kind, slug) is not None

    async def _free_slug(self, connection: AsyncConnection, kind: str, wanted: str) -> str:
        for number in range(1, _SLUGS_TRIED):
            slug = wanted if number == 1 else f"{wanted}-{number}"
            if await self._stored(connection, kind, slug) is None:
                return slug
        raise InvalidRecord({"title": "too many records have that title"})

    def _writable(self, kind: str, by: Actor) -> Kind:
        known = self.catalogue.kind(kind)
        if not by.may(known.writers):
            raise NotAllowed(f"{known.title} are written by the roles: {', '.join(known.writers)}")
        return known
