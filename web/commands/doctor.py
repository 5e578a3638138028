"""`doctor`: looks at everything that the service depends on and says what to do."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer
from pydantic import ValidationError

from assistant import Level
from ingest import IngestError
from ingest.errors import StorageFailed
from web.commands import FAILED, PARTLY
from web.commands.content import JsonOption
from web.commands.versions import say
from web.main import now, services
from web.observing.checks import WHERE, Checked, check_dependencies, checked
from web.observing.elsewhere import check_model, check_sign_in, check_traces
from web.settings import CORRECT, Settings, what_is_wrong

if TYPE_CHECKING:
    from web.main import Services


OWN_FILE = (
    "Make room on the disk of GOVT_ASSISTANT_DATA_DIR. Where the file is damaged, set another data folder "
    "and run `govt-assistant restore BACKUP`."
)


def doctor(as_json: JsonOption = False) -> None:
    """Check each dependency. Exit code 1: questions cannot be answered; 3: they can, but look."""
    found = asyncio.run(_examine())
    for each in found:
        text = f"{'ok  ' if each.ok else 'FAIL' if each.needed else 'warn'} {each.name}: {each.detail}"
        say(text if each.ok else f"{text}\n     {each.what_to_do}", asdict(each), as_json=as_json)
    if any(each.needed and not each.ok for each in found):
        raise typer.Exit(FAILED)
    if not all(each.ok for each in found):
        raise typer.Exit(PARTLY)


async def _examine() -> list[Checked]:
    try:
        settings = Settings()
    except ValidationError as error:
        return [Checked("settings", False, True, what_is_wrong(error), CORRECT)]
    try:
        async with services(settings) as built:
            with suppress(IngestError):  # a large one takes longer to open than a look may
                await built.index.live()
            return [*await check_dependencies(built), *await _elsewhere(built), *await _settled(built)]
    except StorageFailed as error:
        to_do = f"{WHERE['database']} {error.what_to_do}" if settings.database_url else OWN_FILE
        return [Checked("database", False, True, str(error), to_do)]
    except Exception as error:  # noqa: BLE001 whatever keeps the service from starting is what is asked for
        detail = f"The service does not start: {error} ({type(error).__name__})"
        told = getattr(error, "what_to_do", "Correct that, then run this again.")
        return [Checked("start", False, True, detail, told)]


async def _elsewhere(built: Services) -> list[Checked]:
    looks = {"model": check_model, "sign-in": check_sign_in, "traces": check_traces}
    return list(await asyncio.gather(*(checked(built, name, False, look) for name, look in looks.items())))


async def _settled(built: Services) -> list[Checked]:
    """What is no dependency but should be known: switches, the age of contacts, the key of certificates."""
    off = sorted(await built.switches.off())
    alone = built.settings.database_url is None or built.settings.certificate_key is not None
    stale = built.assistant.guards.policy.stale_contacts(now().date())
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
        Checked(
            "certificates",
            alone,
            False,
            "one key signs them" if alone else "each process signs with a key of its own, in its data folder",
            "Set GOVT_ASSISTANT_CERTIFICATE_KEY to one key for all: `openssl genpkey -algorithm ed25519`.",
        ),
    ]
