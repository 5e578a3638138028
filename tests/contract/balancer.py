"""A tiny load balancer: each request goes to the next replica, streams included."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING

import anyio
from anyio.abc import SocketAttribute
from anyio.from_thread import start_blocking_portal
from anyio.streams.buffered import BufferedByteReceiveStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from anyio.abc import SocketStream

HEAD_BYTES = 65_536


class Balancer:
    """Requests by turns over `ports` on loopback; `taken` counts them by port."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.taken = dict.fromkeys(ports, 0)
        self._next = cycle(ports)

    async def serve(self, client: SocketStream) -> None:
        """One connection, which carries one request."""
        try:
            await self._pass_on(client)
        except (anyio.IncompleteRead, anyio.BrokenResourceError, OSError):
            pass  # the browser has gone, or opened a connection that it did not need
        finally:
            await _close(client)

    async def _pass_on(self, client: SocketStream) -> None:
        received = BufferedByteReceiveStream(client)
        head = await received.receive_until(b"\r\n\r\n", HEAD_BYTES) + b"\r\n\r\n"
        port = next(self._next)
        self.taken[port] += 1
        replica = await anyio.connect_tcp("127.0.0.1", port)
        try:
            await replica.send(_closing(head) + await received.receive_exactly(_length(head)))
            async for piece in replica:
                await client.send(piece)
        finally:
            await _close(replica)


async def _close(stream: SocketStream) -> None:
    """Close it whole, also while the balancer is stopped: nothing may outlive the loop."""
    with anyio.CancelScope(shield=True):
        await stream.aclose()


@contextmanager
def balancing(ports: Sequence[int]) -> Iterator[tuple[Balancer, str]]:
    """The balancer and its address; it runs in a thread."""
    balancer = Balancer(ports)
    with start_blocking_portal() as portal:
        listener = portal.call(partial(anyio.create_tcp_listener, local_host="127.0.0.1"))
        serving = portal.start_task_soon(listener.serve, balancer.serve)
        try:
            yield balancer, f"http://127.0.0.1:{listener.extra(SocketAttribute.local_port)}"
        finally:
            serving.cancel()
            portal.call(listener.aclose)


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
