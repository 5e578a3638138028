"""Who asks: by address, by the conversation that the request continues, by the key that it carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from web.access import AccessError, address_of
from web.rates import Asker

if TYPE_CHECKING:
    from fastapi import Request

    from web.access import Access


async def asker_of(request: Request, access: Access, session: str | None = None) -> Asker:
    """Whom the question is counted to.

    Everybody may ask without a key, so one that is not known is not refused here: the address is counted.
    """
    address = address_of(request)
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return Asker(address, session)
    try:
        key = await access.asking_key(text, address)
    except (AccessError, SQLAlchemyError):
        return Asker(address, session)
    return Asker(address, session, key.id, key.requests_per_minute) if key else Asker(address, session)
