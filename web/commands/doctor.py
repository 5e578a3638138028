"""`doctor`: looks at everything that the service depends on and says what to do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer

from assistant import Level
from ingest import IngestError
from web.commands import FAILED, PARTLY
from web.errors import WebError
from web.main import now, services
from web.observing.checks import Checked, check_dependencies
from web.settings import Settings

if TYPE_CHECKING:
    from web.main import Services


def doctor() -> None:
    """Check each dependency. Exit code 1: questions cannot be answered; 3: they can, but look."""
    checked = asyncio.run(_examine())
    for each in checked:
        print(f"{'ok  ' if each.ok else 'FAIL' if each.needed else 'warn'} {each.name}: {each.detail}")
        if not each.ok:
            print(f"     {each.what_to_do}")
    if any(each.needed and not each.ok for each in checked):
        raise typer.Exit(FAILED)
    if not all(each.ok for each in checked):
        raise typer.Exit(PARTLY)


async def _examine() -> list[Checked]:
    try:
        settings = Settings()
    except ValueError as error:  # pydantic's, which names the setting
        return [Checked("settings", False, True, str(error), "Correct it in the environment or in .env.")]
    try:
        async with services(settings) as built:
            return [*await check_dependencies(built), *await _settled(built)]
    except (IngestError, WebError, OSError, ValueError) as error:
        told = getattr(error, "what_to_do", "Correct that, then run this again.")
        return [Checked("start", False, True, f"The service does not start: {error}", told)]
    except Exception as error:  # noqa: BLE001 a driver's own error: the database is opened first
        detail = f"The service does not start ({type(error).__name__})."
        told = "Look whether the database of GOVT_ASSISTANT_DATABASE_URL can be reached."
        return [Checked("start", False, True, detail, told)]


async def _settled(built: Services) -> list[Checked]:
    """What is no dependency but should be known: switches, contacts' age, the model."""
    off = sorted(await built.switches.off())
    stale = built.assistant.guards.policy.stale_contacts(now().date())
    model = built.settings.model
    return [
        Checked(
            "switches",
            Level.EVERYTHING not in off,
            False,
            f"off: {', '.join(off)}" if off else "everything is on",
            "Turn it on again with `govt-assistant switch on LEVEL --reason WHY`.",
        ),
        Checked(
            "contacts",
            not stale,
            False,
            f"{len(stale)} contacts were not looked at for too long" if stale else "looked at lately",
            "Open each page of guardrails/policy/contacts.toml and put in the day's date.",
        ),
        Checked("model", True, False, model or "none: answers are the pages' own words"),
    ]
