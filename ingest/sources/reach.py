"""Which addresses may be connected to, and a transport that connects to nothing else.

A page names where we go next (redirects, sitemaps, links), so every address is checked: its host
must be on the list, and what its name resolves to must be public. The connection then goes to the
very address that was checked, so that a name that resolves differently a moment later (DNS
rebinding) gains nothing. See OWASP, Server-Side Request Forgery Prevention Cheat Sheet.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import anyio
import httpx

from ingest.errors import HostNotAllowed, NotPublic

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port to IP addresses."""

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.8,*/*;q=0.1"

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 addresses as an IPv6-only network sees them: the last 32 bits (RFC 6052)."""

_CARRIERS = tuple(ipaddress.IPv6Network(net) for net in ("64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""Other IPv6 ranges that carry IPv4 addresses inside (6to4, Teredo): no web host is named by them."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be connected to: hosts by suffix, private networks only where that is said."""

    allowed_hosts: tuple[str, ...] = ("govt.nz",)
    allow_private: bool = False

    def check(self, url: str | httpx.URL) -> None:
        """Raises HostNotAllowed unless `url` is http(s) and its host is, or ends in, an allowed one."""
        parsed = httpx.URL(url)
        host = parsed.host.rstrip(".").lower()
        if parsed.scheme not in ("http", "https"):
            raise HostNotAllowed(f"{parsed.scheme or 'no scheme'} is not http or https")
        for allowed in self.allowed_hosts:
            suffix = allowed.strip(".").lower()
            if suffix and (host == suffix or host.endswith(f".{suffix}")):
                return
        raise HostNotAllowed(f"{host} is not an allowed host")

    def check_addresses(self, host: str, addresses: Sequence[str]) -> None:
        """Raises NotPublic unless all `addresses` of `host` are public."""
        if self.allow_private:
            return
        for address in addresses:
            if not is_public(address):
                raise NotPublic(f"{host} leads to {address}, which is not a public address")


def is_public(address: str) -> bool:
    """Whether an IP address can be that of a public web host."""
    parsed: IPAddress = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        elif parsed in _NAT64:
            parsed = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        elif any(parsed in carrier for carrier in _CARRIERS):
            return False
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved or parsed.is_unspecified)


async def resolve(host: str, port: int) -> Sequence[str]:
    """IP addresses of `host`, as the system resolves it; raises httpx.ConnectError for none."""
    try:
        found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError(f"{host} has no address") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends each request to an address that `reach` allows, and to exactly that address.

    The host stays in the Host header, in TLS server name and certificate check. Each host has a
    connection pool of its own: two hosts at one address must not share a TLS connection.
    Raises HostNotAllowed and NotPublic beside httpx's errors.
    """

    def __init__(
        self,
        reach: Reach,
        *,
        verify: ssl.SSLContext | None = None,
        resolve: Resolve = resolve,
        connect: Callable[[], httpx.AsyncBaseTransport] | None = None,
    ) -> None:
        context = verify or ssl.create_default_context()
        self._reach = reach
        self._resolve = resolve
        self._connect = connect or (lambda: httpx.AsyncHTTPTransport(verify=context, trust_env=False))
        self._pools: dict[tuple[str, str], httpx.AsyncBaseTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._reach.check(request.url)
        host = request.url.host.rstrip(".")
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        addresses = await self._resolve(host, port)
        self._reach.check_addresses(host, addresses)
        unreached: httpx.TransportError = httpx.ConnectError(f"{host} has no address", request=request)
        for address in addresses:
            try:
                return await self._send(request, host, address)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                unreached = error
        raise unreached

    async def _send(self, request: httpx.Request, host: str, address: str) -> httpx.Response:
        pool = self._pools.get((host, address))
        if pool is None:
            pool = self._pools[host, address] = self._connect()
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return await pool.handle_async_request(pinned)

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()
        self._pools.clear()


def guarded_client(
    reach: Reach, *, user_agent: str, verify: ssl.SSLContext | None = None
) -> httpx.AsyncClient:
    """A client that can reach what `reach` allows and nothing else, and follows no redirect by itself."""
    return httpx.AsyncClient(
        transport=GuardedTransport(reach, verify=verify),
        headers={"User-Agent": user_agent, "Accept": ACCEPT},
        follow_redirects=False,
        trust_env=False,
    )
