"""`switch`: turn generation, answering or everything off and on again, on every replica."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import Annotated

import typer

from assistant import Level, Switches
from web.commands import Stored, with_database
from web.commands.content import JsonOption
from web.commands.versions import say
from web.main import now

switch = typer.Typer(no_args_is_help=True, help="Turn the service off and on, level by level.")

Named = Annotated[Level, typer.Argument(help="What to turn.", show_default=False)]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with the change.")]


@switch.command("list")
def list_switches(
    history: Annotated[bool, typer.Option("--history", help="The latest changes.")] = False,
    as_json: JsonOption = False,
) -> None:
    """How each level stands."""

    async def run(stored: Stored) -> None:
        switches = Switches(stored.engine, now)
        if history:
            for each in await switches.changes():
                text = f"{each.at:%Y-%m-%d %H:%M} {each.level} {_state(each.off)} by {each.by}: {each.reason}"
                say(text, asdict(each), as_json=as_json)
            return
        off = await switches.off()
        for level in Level:
            stands = {"level": level, "off": level in off}
            say(f"{level}: {_state(level in off)}", stands, as_json=as_json)

    with_database(run)


@switch.command("off")
def turn_off(level: Named, reason: Reason) -> None:
    """Turn a level off."""
    _turn(level, True, reason)


@switch.command("on")
def turn_on(level: Named, reason: Reason) -> None:
    """Turn a level on again."""
    _turn(level, False, reason)


def _turn(level: Level, off: bool, reason: str) -> None:
    async def run(stored: Stored) -> None:
        by, switches = getpass.getuser(), Switches(stored.engine, now)
        before = level in await switches.off()
        await switches.turn(level, off=off, by=by, reason=stored.redact(reason))
        told = {"off": off, "reason": reason}
        await stored.audit.record(by, "service.switched", level, {"off": before}, told)

    with_database(run)
    print(f"{level}: {_state(off)}, on every replica within two seconds.")


def _state(off: bool) -> str:
    return "off" if off else "on"
