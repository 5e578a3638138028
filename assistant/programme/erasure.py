"""A person's right to be forgotten: what names them leaves the records and their history, for good.

The history is otherwise only ever added to. What is erased is overwritten where it stands, so that the rest
of the history still tells what happened, and the change that says so names nobody.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from assistant.programme import database as db
from assistant.programme.errors import BadQuery, NotAllowed
from assistant.programme.records import slug_of
from assistant.programme.rows import record_of, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from assistant.programme.records import Actor, Record
    from assistant.programme.register import Register

ERASED = "[erased]"
SHORTEST = 4
"""Letters of a word that is looked for: a shorter one stands in too much that is not the person's."""
ROLES = ("admin",)
_VOWELS = {each: f"[{each}{macron}]" for each, macron in zip("aeiou", "āēīōū", strict=True)}


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased, or would be; nothing of what it was."""

    records: int
    changes: int
    removed: int
    """Records of the person themselves, which are hidden as well."""
    texts: tuple[re.Pattern[str], ...]
    """What finds the person in a text: for other places that may hold it, never to be stored."""


class Words:
    """The words that name a person, whatever their capitals, macrons and spaces."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted({_normal(word) for word in words if word.strip()}, key=len, reverse=True)
        for word in self._words:
            if sum(letter.isalnum() for letter in word) < SHORTEST:
                told = f"Name the person by words of {SHORTEST} letters and more."
                raise BadQuery("a word is too short to be looked for", what_to_do=told)
        self.patterns = tuple(_pattern(word) for word in self._words)
        self._slugs = tuple(
            re.compile(rf"(?<![a-z0-9]){re.escape(slug_of(word))}(?![a-z0-9])") for word in self._words
        )

    def erase(self, value: Any) -> Any:
        """The value with the words taken out of every text in it."""
        if isinstance(value, dict):
            return {name: self.erase(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.erase(each) for each in value]
        if not isinstance(value, str):
            return value
        text = unicodedata.normalize("NFC", value)
        found = text
        for pattern in self.patterns:
            found = pattern.sub(ERASED, found)
        return value if found == text else found

    def in_slug(self, slug: str) -> bool:
        """Whether a record's address names the person."""
        return any(pattern.search(slug) for pattern in self._slugs)


async def erase(
    register: Register, words: Sequence[str], people: Sequence[tuple[str, str]] = (), *, by: Actor, dry: bool
) -> Erased:
    """Take `words`, and all that the records `people` keep private, out of every record and its history.

    `people` are records of the person themselves, by kind and slug: they are hidden as well. Raises
    `NotAllowed`, `UnknownRecord`, and `BadQuery` for words that are too short.
    """
    if not by.may(ROLES):
        raise NotAllowed("only an admin may erase a person")
    own = [await register.read(kind, slug, by=by, deleted=True) for kind, slug in people]
    sought = Words([*words, *[text for record in own for text in await _private(register, record)]])
    if not sought.patterns:
        raise BadQuery("nothing says who is to be erased", what_to_do="Name words, or a record of theirs.")
    async with register.engine.begin() as connection:
        erasing = _Erasing(register, sought, connection, by)
        done = await erasing.run({record.key for record in own})
        if dry:
            await connection.rollback()
    return done


async def _private(register: Register, record: Record) -> list[str]:
    """What the record and its history keep in fields that are not public."""
    names = [field.name for field in register.catalogue.kind(record.kind).fields if field.private]
    history = await register.history(record.kind, record.slug)
    told = [each.get("values", {}) for change in history for each in (change.before, change.after) if each]
    values = [each.get(name) for each in (record.values, *told) for name in names]
    return [each for each in values if isinstance(each, str) and each != ERASED]


class _Erasing:
    """One erasure, in one transaction."""

    def __init__(self, register: Register, words: Words, connection: AsyncConnection, by: Actor) -> None:
        self._register, self._words, self._connection, self._by = register, words, connection, by

    async def run(self, own: set[str]) -> Erased:
        rows = list(await self._connection.execute(select(db.records)))
        records = [record_of(row) for row in rows]
        moved = [each for each in records if self._words.in_slug(each.slug)]
        renamed = {(each.kind, each.slug): f"erased-{at}" for at, each in enumerate(moved, self._first(rows))}
        touched = 0
        for record in records:
            after = self._without(record, renamed, hidden=record.key in own)
            if after != record:
                touched += 1
                await self._store(record, after)
        changes = await self._history(renamed)
        return Erased(touched, changes, len(own), self._words.patterns)

    def _first(self, rows: Sequence[Any]) -> int:
        taken = [int(row.slug[7:]) for row in rows if re.fullmatch(r"erased-\d+", row.slug)]
        return max(taken, default=0) + 1

    def _without(self, record: Record, renamed: dict[tuple[str, str], str], *, hidden: bool) -> Record:
        kind = self._register.catalogue.kind(record.kind)
        values = self._words.erase(record.values)
        for field in kind.fields:
            if field.of is not None and field.name in values:
                values = values | {field.name: _referred(values[field.name], field.of, renamed)}
        erased = replace(
            record,
            slug=renamed.get((record.kind, record.slug), record.slug),
            title=str(values.get(kind.title_field, self._words.erase(record.title))),
            values=values,
            changed_by=self._words.erase(record.changed_by),
            deleted=record.deleted or hidden,
        )
        if erased == record:
            return record
        now = self._register.now()
        return replace(erased, version=record.version + 1, changed_at=now, changed_by=self._by.name)

    async def _store(self, before: Record, after: Record) -> None:
        row = row_of(after, self._register.catalogue.kind(after.kind))
        connection, c = self._connection, db.records.c
        own = (c.kind == before.kind) & (c.slug == before.slug)
        if after.slug == before.slug:
            await connection.execute(update(db.records).where(own).values(**row))
        else:
            await connection.execute(insert(db.records).values(**row))
            for kind, slug in ((db.links.c.kind, db.links.c.slug), (db.links.c.to_kind, db.links.c.to_slug)):
                near = (kind == before.kind) & (slug == before.slug)
                await connection.execute(update(db.links).where(near).values({slug: after.slug}))
            await connection.execute(delete(db.records).where(own))
        await connection.execute(
            insert(db.changes).values(
                kind=after.kind,
                slug=after.slug,
                version=after.version,
                action="erase",
                by=self._by.name,
                at=self._register.now(),
                reason="a person's data was erased",
                before=None,
                after=None,
            )
        )

    async def _history(self, renamed: dict[tuple[str, str], str]) -> int:
        """Overwrite what names the person in every change; how many changes did."""
        touched = 0
        for row in list(await self._connection.execute(select(db.changes))):
            values = {name: getattr(row, name) for name in ("reason", "by", "before", "after")}
            erased = {name: self._words.erase(value) for name, value in values.items()}
            for side in ("before", "after"):
                erased[side] = self._followed(row.kind, erased[side], renamed)
            slug = renamed.get((row.kind, row.slug), row.slug)
            if erased == values and slug == row.slug:
                continue
            touched += 1
            own = update(db.changes).where(db.changes.c.id == row.id)
            await self._connection.execute(own.values(slug=slug, **erased))
        return touched

    def _followed(self, kind: str, told: Any, renamed: dict[tuple[str, str], str]) -> Any:
        known = self._register.catalogue.kinds.get(kind)
        if known is None or not isinstance(told, dict) or not isinstance(told.get("values"), dict):
            return told
        values = told["values"]
        referring = {field.name: field.of for field in known.fields if field.of and field.name in values}
        return told | {
            "values": values | {name: _referred(values[name], of, renamed) for name, of in referring.items()}
        }


def _referred(value: Any, of: str, renamed: dict[tuple[str, str], str]) -> Any:
    if isinstance(value, list):
        return [renamed.get((of, each), each) for each in value]
    return renamed.get((of, value), value)


def _normal(word: str) -> str:
    return " ".join(unicodedata.normalize("NFC", word).split())


def _pattern(word: str) -> re.Pattern[str]:
    """The word as it may be written: any capitals, with or without macrons, any space between."""
    plain = "".join(
        each for each in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(each)
    )
    letters = "".join(r"\s+" if each == " " else _VOWELS.get(each, re.escape(each)) for each in plain)
    return re.compile(rf"(?<!\w){letters}(?!\w)", re.IGNORECASE)
