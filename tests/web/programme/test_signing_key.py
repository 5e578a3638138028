"""The key that signs certificates, where replicas are given the same one."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from fastapi.testclient import TestClient

from tests.doubles import BagOfWords
from web.main import create_app
from web.settings import Settings


def test_a_key_from_the_environment_signs(tmp_path):
    """Written in one line, as files of environment variables want it; none is made in the data folder."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    data = tmp_path / "data"
    given = pem.replace("\n", "\\n")
    settings = Settings(data_dir=data, certificate_key=given, log_level="ERROR", _env_file=None)
    with TestClient(create_app(settings, embedder=BagOfWords())) as client:
        told = client.get("/v1/programme/certificates/key").json()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert base64.b64encode(public).decode() in told.values()
    assert not (data / "certificate_key.pem").exists()
