"""/v1/switches: turn generation, answering or everything off and on again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from assistant import Level
from web.access import Person, Role, allow
from web.dependencies import Parts, parts
from web.problems import Problem

router = APIRouter(
    prefix="/v1", tags=["switches"], responses={status: {"model": Problem} for status in (401, 403)}
)

Built = Annotated[Parts, Depends(parts)]
Allowed = Annotated[Person, Depends(allow(Role.EDITOR, Role.ADMIN))]


class SwitchView(BaseModel):
    """A level, and whether it is off."""

    level: Level
    off: bool


class SwitchChange(BaseModel):
    """Off or on, and why."""

    off: bool
    reason: str = Field(min_length=1, max_length=500)


@router.get("/switches", summary="What is turned off")
async def list_switches(built: Built, _: Allowed) -> list[SwitchView]:
    """Every level, from the least to the most."""
    off = await built.switches.off()
    return [SwitchView(level=level, off=level in off) for level in Level]


@router.put("/switches/{level}", summary="Turn a level off or on")
async def put_switch(level: Level, body: SwitchChange, built: Built, person: Allowed) -> SwitchView:
    """On every replica within two seconds; kept in the audit trail."""
    await turn(level, body.off, body.reason, built, person)
    return SwitchView(level=level, off=body.off)


async def turn(level: Level, off: bool, reason: str, built: Parts, person: Person) -> None:
    """Turn it, and note it in the trail; raises `SwitchError`."""
    before = level in await built.switches.off()
    redacted = built.assistant.guards.redactor.redact(reason).text
    await built.switches.turn(level, off=off, by=person.name, reason=redacted)
    await built.access.audit.record(
        person.name, "service.switched", level, {"off": before}, {"off": off, "reason": reason}
    )
