"""`access`: who may use the console and the editors' part of the API."""

from __future__ import annotations

import asyncio
import getpass
import json
import sys
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from web.access import Role
from web.access.build import build_access
from web.commands import FAILED, errors_told
from web.logs import configure_logging
from web.main import database, now
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from web.access import Access

T = TypeVar("T")

access = typer.Typer(no_args_is_help=True, help="API keys, their roles, and the audit trail.")

JsonOption = Annotated[bool, typer.Option("--json", help="JSON lines on standard output.")]
Name = Annotated[str, typer.Argument(help="Who the key is for, such as mere.")]

FIRST_ADMIN = (
    "Nobody can sign in to the console yet. Make the first admin:\n"
    "  govt-assistant access add-key NAME --role admin"
)


@access.command("add-key")
def add_key(
    name: Name,
    role: Annotated[
        list[Role] | None, typer.Option(help="editor, evaluator or admin; may be given again.")
    ] = None,
    per_minute: Annotated[
        int | None,
        typer.Option(help="Questions a minute that may be asked with it; enough without a role.", min=1),
    ] = None,
    expires: Annotated[int, typer.Option(help="Days that the key works; 0 for no end.", min=0)] = 180,
) -> None:
    """Make a key and show it, this once."""

    async def run(built: Access) -> str:
        return await built.keys.add(
            name, role or [], days=expires or None, by=getpass.getuser(), per_minute=per_minute
        )

    print(with_access(run))
    print("Keep it now: it is not stored and cannot be shown again.", file=sys.stderr)


@access.command("list")
def list_keys(as_json: JsonOption = False) -> None:
    """The keys, with roles and state; never their secrets."""

    async def run(built: Access) -> list[Any]:
        return list(await built.keys.all())

    for key in with_access(run):
        state = key.state(now())
        if as_json:
            row = {name: getattr(key, name) for name in key.__slots__} | {"state": state}
            print(json.dumps(row, default=str, ensure_ascii=False))
        else:
            ends = f"ends {key.expires_at:%Y-%m-%d}" if key.expires_at else "no end"
            used = f"last used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never used"
            quota = f", {key.requests_per_minute:,} a minute" if key.requests_per_minute else ""
            may = ", ".join(key.roles) or "asks only"
            print(f"{key.name:<20} {may:<26} {state:<8} {ends}, {used}{quota}")


@access.command("revoke")
def revoke_key(name: Name) -> None:
    """Make a key, and every session begun with it, useless from now on."""

    async def run(built: Access) -> None:
        await built.keys.revoke(name, by=getpass.getuser())

    with_access(run)
    print(f"{name}: the key is revoked.")


@access.command("sign-out")
def sign_out(name: Name) -> None:
    """End every session of a person, also of one who signs in with an identity provider."""

    async def run(built: Access) -> int:
        ended = await built.sessions.end_all(name)
        await built.audit.record(getpass.getuser(), "session.ended", name, None, {"sessions": ended})
        return ended

    print(f"{name}: sessions ended: {with_access(run)}.")


@access.command("audit")
def show_audit(
    limit: Annotated[int, typer.Option(help="How many entries, newest first.", min=1)] = 50,
    as_json: JsonOption = False,
) -> None:
    """The audit trail, after checking that nobody tampered with it; exit code 1 where somebody did."""

    async def run(built: Access) -> tuple[list[Any], int | None]:
        return await built.audit.entries(limit=limit), await built.audit.broken()

    entries, broken = with_access(run)
    for entry in entries:
        if as_json:
            row = {name: getattr(entry, name) for name in entry.__slots__}
            print(json.dumps(row, default=str, ensure_ascii=False))
        else:
            change = f"{json.dumps(entry.before)} -> {json.dumps(entry.after)}"
            print(
                f"{entry.id:>5} {entry.at:%Y-%m-%d %H:%M} {entry.by}: {entry.action} {entry.subject} {change}"
            )
    if broken is not None:
        print(f"Entry {broken} does not fit the one before: the trail was tampered with.", file=sys.stderr)
        raise typer.Exit(FAILED)


def with_access(work: Callable[[Access], Awaitable[T]]) -> T:
    """Run `work` on access alone, without the model or the index; errors end the command."""
    configure_logging("WARNING")
    return _on_access(work)


def _on_access(work: Callable[[Access], Awaitable[T]]) -> T:
    async def run() -> T:
        settings = Settings()
        async with database(settings) as engine:
            return await work(build_access(settings, engine, redact=lambda text: text, now=now))

    with errors_told():
        return asyncio.run(run())


def first_admin() -> str:
    """What to tell whoever starts a service to which nobody can sign in; empty where somebody can.

    What the service logs stays as it was set.
    """

    async def run(built: Access) -> bool:
        return built.provider is None and await built.keys.count() == 0

    return FIRST_ADMIN if _on_access(run) else ""
