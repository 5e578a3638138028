"""A request that never ends, or is all head, holds neither memory nor a connection."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from tests.serving import serving
from tests.web.conftest import PAGES
from web.connection import BoundedConnection
from web.settings import Settings

ASK = b"POST /v1/answers HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


class Impatient(BoundedConnection):
    """Gives up soon."""

    head_seconds = body_seconds = 0.5


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A service on a port of its own."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("c") / "data", log_level="CRITICAL", _env_file=None)
    with serving(settings, PAGES) as served:
        yield served


@pytest.fixture(scope="module")
def impatient(tmp_path_factory):
    """One that waits for a moment only."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("i") / "data", log_level="CRITICAL", _env_file=None)
    with serving(settings, PAGES, connection=Impatient) as served:
        yield served


def told(address, *pieces):
    """The first line of what the service says to these bytes, once it has closed the connection."""
    place = urlsplit(address)
    with socket.create_connection((place.hostname, place.port), timeout=60) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
        except OSError:
            pass  # closed while this was still sending
        heard = b""
        try:
            while part := connection.recv(4096):
                heard += part
        except ConnectionResetError:
            pass
    return heard.split(b"\r\n")[0].decode()


ENDLESS = [b"a" * 10_000] * 200


@pytest.mark.parametrize(
    "pieces",
    [
        [b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: ", *ENDLESS],
        [b"GET /", *ENDLESS],
        [b"GET / HTTP/1.1\r\n", *(b"X-%d: %s\r\n" % (number, b"a" * 1_000) for number in range(2_000))],
        [ASK, CHUNKED, b"0\r\nX-Trailer: ", *ENDLESS],
        [ASK, CHUNKED, b"5;", *ENDLESS],
    ],
    ids=["one header", "address", "many headers", "trailer", "extension of a chunk"],
)
def test_what_is_no_body_has_an_end(address, pieces):
    """Two megabytes of it are not kept: the connection is closed with a reason, and others are served."""
    assert told(address, *pieces) in {"HTTP/1.1 431 Request Header Fields Too Large", ""}
    assert httpx.get(f"{address}/healthz", trust_env=False).status_code == 200


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [b"GET / HTTP/1.1\r\nHost: a\r\n"],
        [ASK, b"Content-Length: 100\r\n\r\n", b'{"question": '],
        [ASK, CHUNKED, b"5\r\nabc"],
    ],
    ids=["nothing", "head", "body", "chunk"],
)
def test_a_request_that_does_not_arrive_is_given_up(impatient, pieces):
    """Whoever sends nothing, half a head or half a body does not keep the connection."""
    assert told(impatient, *pieces) == "HTTP/1.1 408 Request Timeout"


@pytest.mark.parametrize(
    "sent",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
        ASK + b"Content-Length: 20\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /v1/answers HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
    ],
)
def test_what_two_servers_could_read_differently_is_refused(address, sent):
    """Two lengths, a zero byte, no protocol: 400, and nothing is taken for a second request."""
    assert told(address, sent) == "HTTP/1.1 400 Bad Request"


def test_ordinary_requests_are_served_one_after_the_other(address):
    """Many on one connection, each with a body."""
    with httpx.Client(trust_env=False) as client:
        for _ in range(3):
            asked = client.post(f"{address}/v1/answers", json={"question": "How much does a passport cost?"})
            assert asked.status_code == 200


def test_no_web_socket_is_opened(address):
    """A request to change the protocol is answered as any other one."""
    upgrade = (
        b"GET /v1/answers HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    assert told(address, upgrade) == "HTTP/1.1 405 Method Not Allowed"
