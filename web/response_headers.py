"""How a middleware changes a response's headers without holding the response back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Message, Send


def changing_headers(send: Send, change: Callable[[MutableHeaders, int], None]) -> Send:
    """`send` that shows `change` the headers and the status before the response starts."""

    async def changed(message: Message) -> None:
        if message["type"] == "http.response.start":
            change(MutableHeaders(scope=message), message["status"])
        await send(message)

    return changed
