"""`backup`, `restore` and `retention`: what is kept, how it is kept safe, and when it goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web.backup import back_up
from web.backup import restore as restore_from
from web.commands import with_services
from web.leftovers import kept_for_a_time

if TYPE_CHECKING:
    from web.main import Services

File = Annotated[Path, typer.Argument(help="The backup's file, such as backup.zip.")]


def backup(file: File) -> None:
    """Write the whole installation to one file while it runs."""

    async def run(built: Services) -> dict[str, int]:
        return await back_up(built.engine, built.index.vectors, file)

    counts = with_services(run)
    print(
        f"{file}: {sum(counts.values()):,} rows and vectors. It holds what the database holds: keep it safe."
    )


def restore(file: File) -> None:
    """Fill an empty installation from a backup, on whichever engines are configured."""

    async def run(built: Services) -> dict[str, int]:
        return await restore_from(built.engine, built.index.vectors, file)

    counts = with_services(run)
    print(f"Restored {sum(counts.values()):,} rows and vectors. Everybody signs in again.")


def retention() -> None:
    """Delete what has been kept for as long as it may be; the worker does this all the time."""

    async def run(built: Services) -> None:
        for each in kept_for_a_time(built):
            print(f"{type(each).__name__.lower()}: {await each.expire():,} deleted")

    with_services(run)
