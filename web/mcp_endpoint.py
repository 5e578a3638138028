"""Where the Model Context Protocol is served over HTTP: opened by the first request that wants it.

Its library takes half a second and 60 MB to import, which a process that nobody asks this way does without.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request

from web.askers import asker_of
from web.challenge import Proof, counted
from web.mcp_help import Beginning, response
from web.rates import QUOTA
from web.reception import PROOF_HEADER, let_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mcp.server.mcpserver import MCPServer
    from starlette.types import ASGIApp, Receive, Scope, Send

    from assistant import Final, FirstHelp
    from web.admission import Admission
    from web.challenge import Challenges
    from web.dependencies import Parts
    from web.rates import Rates

PATH = "/mcp"


class Endpoint:
    """Without sessions, one JSON body a request, counted as questions are, and as they looked at for danger.

    The Host header is not compared with a list: nothing here needs more rights than the pages beside it.
    """

    def __init__(
        self, rates: Rates, challenges: Challenges, admission: Admission, first_help: FirstHelp
    ) -> None:
        self._rates, self._challenges = rates, challenges
        self._admission, self._first_help = admission, first_help
        self._parts: Parts | None = None
        self._wanted = asyncio.Event()
        self._app: asyncio.Future[ASGIApp] | None = None

    @asynccontextmanager
    async def serving(self, parts: Parts, version: str) -> AsyncIterator[None]:
        """Answer requests from `parts` for as long as the context is open."""
        self._parts, self._app = parts, asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._serve(parts, version, self._app), name="mcp")
        try:
            yield
        finally:
            self._app = None
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _serve(self, parts: Parts, version: str, opened: asyncio.Future[ASGIApp]) -> None:
        await self._wanted.wait()
        try:
            server = await to_thread.run_sync(_built, parts, version)
            app = _http_app(server)
        except Exception as error:  # noqa: BLE001 whatever fails to open, no request may wait for it for ever
            opened.set_exception(error)
            return
        async with server.session_manager.run():  # left by the task that entered it, as it demands
            opened.set_result(app)
            await asyncio.Event().wait()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; raises `TooManyRequests`, `Busy`, and 503 before the service has started."""
        if self._app is None:
            raise HTTPException(503, "The service is starting.")
        request = Request(scope)
        body = Beginning(receive)
        async with AsyncExitStack() as stack:
            look = partial(self._look, body)
            final = await let_in(partial(self._count, request), look, self._admission, stack)
            if final is not None:
                await response(await body.call(), final.answer)(scope, receive, send)
                return
            self._wanted.set()
            app = await asyncio.shield(self._app)
            await app(scope, body.again, send)

    async def _count(self, request: Request) -> None:
        assert self._parts is not None
        asker = await asker_of(request, self._parts.access)
        proof = Proof(request.headers.get(PROOF_HEADER, ""))
        request.scope[QUOTA] = await counted(asker, proof, self._rates, self._challenges)

    async def _look(self, body: Beginning) -> Final | None:
        """Help for somebody in danger; None for everything that is no question."""
        call = await body.call()
        if call is None or self._parts is None:
            return None
        return await self._first_help.look(call.question, self._parts.assistant)


def _built(parts: Parts, version: str) -> MCPServer[Any]:
    from web.mcp_server import build_server

    return build_server(parts, version)


def _http_app(server: MCPServer[Any]) -> ASGIApp:
    from mcp.server.transport_security import TransportSecuritySettings

    return server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
