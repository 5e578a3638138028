"""Nothing is said to a server whose certificate nobody vouches for, by whichever client it is spoken to."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import aclosing, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from assistant import ModelSettings
from assistant.chat_model import ChatModel
from assistant.errors import ModelError
from ingest.sources import Reach
from ingest.sources.reach import guarded_client
from web import breakers
from web.access.errors import SignInFailed
from web.access.oidc import Provider, ProviderSettings
from web.redis_server import RedisAway, RedisServer

pytestmark = pytest.mark.anyio


class Impostor:
    """A server on loopback that made its certificate itself, and notes what it is told."""

    def __init__(self, folder) -> None:
        self.met, self.heard = 0, []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*_certificate(folder))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = "127.0.0.1", self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self.met += 1
                with connection, suppress(OSError):
                    connection.settimeout(5)
                    with self._context.wrap_socket(connection, server_side=True) as secure:
                        self.heard.append(secure.recv(4096))

    def close(self) -> None:
        """Listen no more."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)


def _certificate(folder):
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    signed = made.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(*pem))
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def impostor(tmp_path):
    """Its certificate names it rightly; only nobody vouches for it."""
    server = Impostor(tmp_path)
    yield server
    server.close()


async def _ask_a_model(server, _engine):
    settings = ModelSettings("m", f"https://{server.host}:{server.port}/v1", SecretStr("secret"))
    model = ChatModel(settings, concurrency=1)
    try:
        async with aclosing(model.ask("instructions", "a question").pieces()) as pieces:
            async for _ in pieces:
                pass
    finally:
        await model.aclose()


async def _read_a_page(server, _engine):
    reach = Reach(allowed_hosts=(server.host,), allow_private=True)
    async with guarded_client(reach, user_agent="test") as client:
        await client.get(f"https://{server.host}:{server.port}/")


async def _count_in_redis(server, _engine):
    redis = RedisServer(
        f"rediss://:secret@{server.host}:{server.port}", breakers.Breaker("redis", breakers.REDIS)
    )
    try:
        await redis.do(lambda client: client.ping())
    finally:
        await redis.aclose()


async def _sign_in(server, engine):
    issuer = f"https://{server.host}:{server.port}"
    provider = Provider(ProviderSettings(issuer, "id", "secret", "Staff", "name", "groups", {}), engine, None)
    await provider._told(provider._client.load_server_metadata())


@pytest.mark.parametrize(
    ("speak", "error"),
    [
        (_ask_a_model, ModelError),
        (_read_a_page, httpx.ConnectError),
        (_count_in_redis, RedisAway),
        (_sign_in, SignInFailed),
    ],
    ids=["language model", "page", "Redis", "identity provider"],
)
async def test_a_server_that_nobody_vouches_for_is_told_nothing(impostor, speak, error):
    """No question, key or password leaves, and who asked is told that it cannot be reached."""
    with pytest.raises(error):
        await speak(impostor, None)
    assert impostor.met and impostor.heard == []
