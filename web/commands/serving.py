"""`serve`, and `run`: what `make run` calls."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer
import uvicorn

from ingest import Catalog
from web.commands import errors_told, with_services
from web.commands.access import first_admin
from web.commands.content import ingest_source
from web.commands.programme import seed_records
from web.connection import BoundedConnection
from web.main import VERSION, create_app, database
from web.settings import Settings
from web.sources import STARTER, open_named

if TYPE_CHECKING:
    import socket

    from web.main import Services


M_ARENA_MAX, ARENAS = -8, 2
"""glibc's parameter (malloc.h) and its value: 20 MB less, and no more processor time, than eight a core."""


def serve() -> None:
    """Serve the chat and the API."""
    _share_arenas()
    with errors_told():
        settings = Settings()
        app = create_app(settings)
        hint = first_admin()
    config = uvicorn.Config(
        app,
        settings.host,
        settings.port,
        http=BoundedConnection,
        ws="none",
        log_level="warning",
        timeout_graceful_shutdown=5,
    )
    if hint:
        print(hint, flush=True)
    print(f"Open http://{settings.host}:{settings.port} (stop with Ctrl+C)", flush=True)
    _Server(config).run()


class _Server(uvicorn.Server):
    """What was built at the start lives as long as the process, and is no longer looked through for waste.

    Looking through it takes a quarter of a second, in which nobody is answered; while it is being built, it
    took a fifth of a large index's opening.
    """

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and set aside what is there."""
        gc.disable()
        try:
            await super().startup(sockets)
        finally:
            gc.enable()
        gc.freeze()


def _share_arenas() -> None:
    """Let threads share memory of the C library, where each would hold on to its own (mallopt(3))."""
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(M_ARENA_MAX, ARENAS)


def run(
    demo: Annotated[bool, typer.Option("--demo", help="Also load made-up programme records.")] = False,
) -> None:
    """Index the starter content and the programme's records if there is no index yet, then serve."""

    async def prepare(built: Services) -> None:
        if await built.catalog.live() is None:
            print("Indexing the starter content (once) ...", flush=True)
            await ingest_source(open_named(STARTER, built.settings), built, quiet=False)
            await seed_records(built, demo=demo)
        elif demo:
            await seed_records(built, demo=True)

    with errors_told():
        empty = asyncio.run(_is_empty(Settings()))
    if demo or empty:
        with_services(prepare)
        _become("serve")
    serve()


def _become(command: str) -> None:
    """Start `command` in this process's place, under its identifier: what indexing held is given back."""
    begun_with = sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv) + 1]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *begun_with, command])


async def _is_empty(settings: Settings) -> bool:
    async with database(settings) as engine:
        return await Catalog(engine).live() is None


def mcp() -> None:
    """Serve other software on standard input and output (Model Context Protocol)."""
    from web.mcp_server import build_server  # half a second that no other command needs

    with_services(lambda built: build_server(built, VERSION).run_stdio_async())
