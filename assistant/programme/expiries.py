"""Moves that the calendar makes: a trial closes itself, a certificate expires, an event is over."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from assistant.programme.errors import StaleRecord
from assistant.programme.kinds import FieldType
from assistant.programme.records import OFFICE
from assistant.programme.wording import instant

if TYPE_CHECKING:
    from assistant.programme.kinds import Expiry, Kind
    from assistant.programme.records import Record
    from assistant.programme.register import Register


async def settle_expired(register: Register, kind: Kind) -> list[Record]:
    """Move every record of `kind` whose day has passed; the records as they are now."""
    moved = []
    for expiry in kind.expiries:
        for record in await register.all(kind.name, by=OFFICE, state=",".join(expiry.from_)):
            if _passed(register, kind, expiry, record):
                try:
                    moved.append(await register.settle(record, expiry.to, reason=expiry.reason))
                except StaleRecord:  # another worker was quicker
                    continue
    return moved


async def settle_all(register: Register) -> list[Record]:
    """Every kind's moves of the calendar."""
    return [each for kind in await register.kinds() for each in await settle_expired(register, kind)]


def _passed(register: Register, kind: Kind, expiry: Expiry, record: Record) -> bool:
    value = record.values.get(expiry.field)
    field = kind.field(expiry.field)
    if value is None or field is None:
        return False
    if field.type is FieldType.DATETIME:
        return instant(value, last=True) < register.now()
    return date.fromisoformat(value) < register.today
