"""`log`: verify the public log, and enter incidents for everyone to read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from web.commands import FAILED, with_services
from web.public_record import note_changes

if TYPE_CHECKING:
    from assistant import Entry
    from web.main import Services

log = typer.Typer(no_args_is_help=True, help="The public log of what changed.")

Text = Annotated[str, typer.Argument(help="What happened, for the public: no names, no questions.")]


@log.command("verify")
def verify() -> None:
    """Check that each entry follows from the one before it; ends with code 1 where one does not."""

    async def work(built: Services) -> int | None:
        await note_changes(built)
        return await built.public_log.broken_at()

    broken = with_services(work)
    if broken is not None:
        print(f"Entry {broken} is not what was entered, or one before it is missing.", file=sys.stderr)
        raise typer.Exit(FAILED)
    print("Every entry follows from the one before it.")


@log.command("incident")
def incident(
    text: Text,
    closes: Annotated[int | None, typer.Option(help="Number of the incident that this closes.")] = None,
) -> None:
    """Enter an incident, or what closed one; shown on /about-this-service at once."""

    async def work(built: Services) -> Entry | None:
        redacted = built.assistant.guards.redactor.redact(text).text
        body = {"text": redacted} | ({} if closes is None else {"closes": closes})
        return await built.public_log.append("incident", f"incident-{built.now().isoformat()}", body)

    entered = with_services(work)
    if entered is not None:
        print(f"Entered as number {entered.number}.")
