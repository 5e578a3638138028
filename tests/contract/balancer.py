"""A tiny load balancer: each request goes to the next replica, streams included."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from itertools import cycle
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PIECE = 65_536


class Balancer:
    """Requests by turns over `ports` on loopback; `taken` counts them by port."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.taken = dict.fromkeys(ports, 0)
        self._next = cycle(ports)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, which carries one request."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            port = next(self._next)
            self.taken[port] += 1
            from_replica, to_replica = await asyncio.open_connection("127.0.0.1", port)
            to_replica.write(_closing(head) + await reader.readexactly(_length(head)))
            while piece := await from_replica.read(PIECE):
                writer.write(piece)
                await writer.drain()
            to_replica.close()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the browser has gone, or opened a connection that it did not need
        finally:
            writer.close()


@contextmanager
def balancing(ports: Sequence[int]) -> Iterator[tuple[Balancer, str]]:
    """The balancer and its address; it runs in a thread."""
    balancer, loop = Balancer(ports), asyncio.new_event_loop()
    thread = threading.Thread(target=_run, args=[loop], daemon=True)
    thread.start()
    opened = asyncio.run_coroutine_threadsafe(asyncio.start_server(balancer.serve, "127.0.0.1", 0), loop)
    server = opened.result(10)
    try:
        yield balancer, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    """Until it is stopped; then what a browser left open is ended."""
    loop.run_forever()
    loop.run_until_complete(_end())
    loop.close()


async def _end() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _closing(head: bytes) -> bytes:
    """The request's head, of which the replica closes the connection after its response."""
    lines = head.split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith((b"connection:", b"keep-alive:"))]
    return b"\r\n".join([kept[0], b"Connection: close", *kept[1:]])


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0
