"""No request reaches a private address or a host that is not allowed, whatever a name resolves to."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import pytest

from ingest.errors import HostNotAllowed, NotPublic
from ingest.model import Failed, Page
from ingest.sources import Reach, WebSource
from ingest.sources.reach import GuardedTransport, is_public

PUBLIC, OTHER = "151.101.1.1", "151.101.65.1"
PAGE = b"<main><h1>A</h1><p>x</p></main>"
pytestmark = pytest.mark.anyio


class Net:
    """A made-up internet: names, what they resolve to time after time, and who was connected to."""

    def __init__(self, names: dict[str, list[list[str]]]) -> None:
        self.names = names
        self.connected: list[tuple[str, str, str]] = []
        self.pools = 0
        self.replies: dict[str, httpx.Response] = {}

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def connect(self) -> httpx.AsyncBaseTransport:
        self.pools += 1
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.connected.append((request.url.host, request.headers["host"], request.extensions["sni_hostname"]))
        if request.url.host == "192.0.2.1":
            raise httpx.ConnectError("no route")
        missing = httpx.Response(404)
        if request.url.path == "/robots.txt":
            return missing
        return self.replies.get(request.url.path, httpx.Response(200, html=PAGE.decode()))

    def client(self, reach: Reach) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=GuardedTransport(reach, resolve=self.resolve, connect=self.connect)
        )


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "192.0.2.1",
        "ff02::1",
    ],
)
def test_no_private_address_is_public(address: str) -> None:
    """Loopback, private, link-local, shared, reserved and multicast addresses, however they are written."""
    assert not is_public(address)


def test_public_addresses_are_public() -> None:
    """Ordinary web hosts can be reached, on an IPv6-only network too."""
    assert all(map(is_public, (PUBLIC, "2606:4700::1111", f"::ffff:{PUBLIC}", "64:ff9b::9765:101")))


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://www.govt.nz/x", True),
        ("https://GOVT.NZ./", True),
        ("https://a.b.govt.nz:8443/", True),
        ("https://notgovt.nz/", False),
        ("https://govt.nz.evil.example/", False),
        ("https://govt.nz@evil.example/", False),
        ("ftp://www.govt.nz/", False),
        ("file:///etc/passwd", False),
        ("https://127.0.0.1/", False),
    ],
)
def test_hosts_are_allowed_by_whole_labels(url: str, allowed: bool) -> None:
    """`govt.nz` allows itself and what lies below it, over http and https."""
    if allowed:
        Reach().check(url)
        return
    with pytest.raises(HostNotAllowed):
        Reach().check(url)


async def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    """Host header and TLS name stay the host's; a name that changes its mind is checked again."""
    net = Net({"www.govt.nz": [[PUBLIC], ["127.0.0.1"]]})
    async with net.client(Reach()) as client:
        assert (await client.get("https://www.govt.nz/a/")).status_code == 200
        assert net.connected == [(PUBLIC, "www.govt.nz", "www.govt.nz")]
        with pytest.raises(NotPublic, match=r"127\.0\.0\.1"):
            await client.get("https://www.govt.nz/a/")
    assert len(net.connected) == 1


async def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    """A name that resolves to both is not trusted."""
    net = Net({"www.govt.nz": [[PUBLIC, "10.0.0.1"]]})
    async with net.client(Reach()) as client:
        with pytest.raises(NotPublic):
            await client.get("https://www.govt.nz/")
    assert net.connected == []


async def test_hosts_at_one_address_do_not_share_connections() -> None:
    """Each host's certificate is checked on a connection of its own."""
    net = Net({"a.govt.nz": [[PUBLIC]], "b.govt.nz": [[PUBLIC]]})
    async with net.client(Reach()) as client:
        for host in ("a", "b", "a"):
            await client.get(f"https://{host}.govt.nz/")
    assert net.pools == 2


async def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    """A host with several addresses is reached if one of them answers."""
    net = Net({"www.govt.nz": [["192.0.2.1", OTHER]]})
    async with net.client(Reach(allow_private=True)) as client:
        assert (await client.get("http://www.govt.nz/")).status_code == 200
    assert [address for address, _, _ in net.connected] == ["192.0.2.1", OTHER]


async def test_a_redirect_to_a_private_address_is_not_followed() -> None:
    """An allowed name that leads inside after a redirect fails its page, and nothing is sent there."""
    net = Net({"www.govt.nz": [[PUBLIC]], "inside.govt.nz": [["169.254.169.254"]]})
    net.replies["/a/"] = httpx.Response(302, headers={"Location": "http://inside.govt.nz/latest/meta-data/"})
    reach = Reach()
    start = ["https://www.govt.nz/a/", "https://www.govt.nz/b/"]
    found = [
        outcome async for outcome in WebSource(start, reach=reach, client=lambda: net.client(reach)).fetch({})
    ]
    assert [type(outcome) for outcome in sorted(found, key=lambda each: each.url)] == [Failed, Page]
    assert {address for address, _, _ in net.connected} == {PUBLIC}
