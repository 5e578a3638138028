"""A served application on a port of its own, for clients that need a real one."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import anyio
import uvicorn

from ingest import sync
from tests.doubles import BagOfWords, Pages
from web.connection import BoundedConnection
from web.main import create_app, now, services
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ingest import Embedder, Page


def without_memory(folder: Path) -> Settings:
    """An installation without the memory of answers, so that each question needs its dependencies."""
    return Settings(
        data_dir=folder / "data",
        answer_cache_minutes=0,
        requests_per_minute=1_000_000,
        log_level="CRITICAL",
        _env_file=None,
    )


@contextmanager
def serving(
    settings: Settings,
    pages: Sequence[Page],
    embedder: Embedder | None = None,
    connection: type[BoundedConnection] = BoundedConnection,
) -> Iterator[str]:
    """The address of the service over `pages`; it runs in a thread, so that the caller's loop is free."""
    embedder = embedder or BagOfWords()

    async def fill() -> None:
        async with services(settings, embedder) as built:
            await sync(Pages(pages), built.index, now=now)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        app = create_app(settings, embedder=embedder)
        options = {"http": connection, "ws": "none", "timeout_graceful_shutdown": 1}
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", **options))

        def serve() -> None:
            anyio.run(fill)
            anyio.run(_serve, server, listening)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)


async def _serve(server: uvicorn.Server, listening: socket.socket) -> None:
    """Serve until told to stop, then cut whatever is still open: nothing may outlive the loop."""
    await server.serve([listening])
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    while server.server_state.connections:
        await anyio.sleep(0)
