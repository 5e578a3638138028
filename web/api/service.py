"""GET /v1/service and /v1/service/log: what the public page shows, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from web.dependencies import Parts, parts
from web.public_record import as_values, freshness, incidents, measured, note_changes

router = APIRouter(prefix="/v1/service", tags=["service"])

Built = Annotated[Parts, Depends(parts)]


@router.get("", summary="How well the service answers and how fresh its pages are")
async def read_service(built: Built) -> dict[str, Any]:
    """Figures of the latest runs with their 95 % intervals; an empty list where nothing was measured."""
    fresh = await freshness(built)
    return {
        "measured": [as_values(each) for each in await measured(built)],
        "freshness": asdict(fresh) if fresh else None,
        "incidents": [
            {"number": entry.number, "at": entry.at, **entry.body, "closed": closed.at if closed else None}
            for entry, closed in await incidents(built)
        ],
    }


@router.get("/log", summary="The log of what changed")
async def read_log(built: Built) -> dict[str, Any]:
    """Every entry, oldest first, and whether each follows from the one before it.

    An entry's `digest` is SHA-256 of its other fields as JSON with sorted keys, no spaces and `at` in UTC to
    the second; `previous` is the digest before it, 64 zeros for the first.
    """
    await note_changes(built)
    entries = await built.public_log.entries()
    return {
        "entries": [asdict(each) for each in reversed(entries)],
        "whole": await built.public_log.broken_at() is None,
    }
