"""How often may be asked, by address, by session and by key, and how many tokens a model may use a day.

With a Redis server every replica counts on the same counters, exactly; while it cannot be reached each
process counts alone, so that a limit still holds and answers go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, TypeVar

import structlog
from starlette.requests import Request

from web import breakers
from web.breakers import Breaker
from web.memory_counters import MemoryCounters
from web.problems import TooManyRequests
from web.quota import Counted, Counters, CountersAway, Limit
from web.response_headers import changing_headers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.datastructures import MutableHeaders
    from starlette.types import ASGIApp, Receive, Scope, Send

    from web.observing.figures import Figures
    from web.redis_counters import RedisCounters
    from web.redis_server import RedisServer
    from web.settings import Settings

T = TypeVar("T")

QUOTA = "govt_assistant.quota"
"""Where in a request's scope its quotas stand once it was counted."""

SUBSCRIBER = (32, 64)
"""Bits of an IPv4 and an IPv6 address that count as one: a subscriber has all behind them (RFC 6177)."""

NETWORKS = (24, 48)
"""Bits that count as one network."""

_log = structlog.get_logger("web")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: an address; the conversation that goes on; a program's key and how much it may ask."""

    address: str
    session: str | None = None
    key: str | None = None
    most: int | None = None


class NetworkCrowded(Exception):
    """Very many questions come from one network; `quota` tells of it as response headers."""

    def __init__(self, quota: Mapping[str, str]) -> None:
        super().__init__("very many questions come from one network")
        self.quota = quota


class QuotaHeaders:
    """ASGI middleware that tells whoever has asked what is left of their quotas, streams included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass `scope` on; a route that counts has put what it `Counted` there before it responds."""

        def tell(headers: MutableHeaders, _status: int) -> None:
            counted: Counted | None = scope.get(QUOTA)
            if counted is not None:
                headers.update(counted.headers)

        http = scope["type"] == "http"
        await self.app(scope, receive, changing_headers(send, tell) if http else send)


class Rates:
    """The limits over counters that replicas share, where there are any, and over this process's own."""

    def __init__(
        self, settings: Settings, own: Counters | None = None, shared: RedisCounters | None = None
    ) -> None:
        self._settings = settings
        self._own: Counters = own or MemoryCounters()
        self._shared = shared

    @classmethod
    def build(cls, settings: Settings, figures: Figures | None = None) -> Rates:
        """Counters as the settings ask for; raises `ValueError` for an address that is none of Redis."""
        if settings.redis_url is None:
            return cls(settings)
        from web.redis_counters import RedisCounters  # a fifth of a second that others do without
        from web.redis_server import RedisServer

        breaker = Breaker("redis", breakers.REDIS)
        if figures is not None:
            figures.watched(breaker)
        return cls(settings, shared=RedisCounters(RedisServer(settings.redis_url, breaker)))

    @property
    def redis(self) -> RedisServer | None:
        """The server that replicas share, where there is one."""
        return self._shared.server if self._shared is not None else None

    async def ask(self, asker: Asker, *, by_network: bool = False) -> Counted:
        """Count one question; raises `TooManyRequests` that says when to come back.

        `by_network` also counts the address's network; where that is full it raises `NetworkCrowded`.
        """
        limits = self._limits(asker, by_network=by_network)
        counted = await self._counting(lambda counters: counters.count(limits))
        if not counted.allowed:
            full = [each for each in counted.quotas if not each.left]
            if [each.level for each in full] == ["network"]:
                raise NetworkCrowded(counted.headers)
            longest = max(full, key=lambda each: each.seconds)
            raise TooManyRequests(longest.seconds, longest.level, counted.headers)
        return counted

    async def counts(self, limit: Limit) -> bool:
        """Count something else under `limit`; whether it was not full."""
        return (await self._counting(lambda counters: counters.count([limit]))).allowed

    async def affords(self) -> bool:
        """Whether today's tokens are not used up."""
        used = await self._counting(lambda counters: counters.tokens())
        return used < self._settings.model_tokens_per_day

    async def spend(self, tokens: int) -> None:
        """Count tokens that the model used."""
        if tokens > 0:
            await self._counting(lambda counters: counters.spend(tokens))

    async def aclose(self) -> None:
        """Let go of connections."""
        if self.redis is not None:
            await self.redis.aclose()

    def _limits(self, asker: Asker, *, by_network: bool) -> list[Limit]:
        """A key stands for all who ask through it, so their one address is not counted as well."""
        settings = self._settings
        if asker.key is not None:
            limits = [Limit("key", asker.key, asker.most or settings.key_requests_per_minute)]
        else:
            limits = [Limit("address", _within(asker.address, *SUBSCRIBER), settings.requests_per_minute)]
        if by_network:
            most = settings.challenge_multiple * settings.requests_per_minute
            limits.append(Limit("network", _within(asker.address, *NETWORKS), most))
        if asker.session:
            limits.append(Limit("session", asker.session, settings.session_requests_per_minute))
        return limits

    async def _counting(self, work: Callable[[Counters], Awaitable[T]]) -> T:
        if self._shared is not None:
            try:
                return await work(self._shared)
            except CountersAway:
                pass  # the breaker has told; this process counts alone meanwhile
        return await work(self._own)


def _within(address: str, ipv4: int, ipv6: int) -> str:
    """The network of an address, of so many bits; what is no address stays as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(ip_network((parsed, ipv6), strict=False))
        parsed = parsed.ipv4_mapped
    return str(ip_network((parsed, ipv4), strict=False))


async def limit_rate(request: Request) -> None:
    """A dependency of routes that people write to without asking a question."""
    rates: Rates = request.app.state.rates
    address = request.client.host if request.client else "unknown"
    request.scope[QUOTA] = await rates.ask(Asker(address))
