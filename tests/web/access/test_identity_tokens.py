"""What a provider says counts where it is signed by it, for this service, for this sign-in, and now."""

from __future__ import annotations

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr

from tests.doubles import BagOfWords
from web.main import create_app
from web.settings import Settings

OWN, FOREIGN = (RSAKey.generate_key(2048, {"kid": "key-1", "use": "sig"}) for _ in range(2))
SHARED = OctKey.import_key("the-secret-that-both-know-of-32-bytes", {"kid": "key-1"})


def token(provider, **wrong):
    """An identity token as the provider should sign it, but for what is `wrong`."""
    now = int(time.time())
    claims = {"iss": provider.issuer, "aud": "govt-assistant", "sub": "mere", "nonce": provider.nonce}
    claims |= {"iat": now, "exp": now + 300, "preferred_username": "mere", "groups": ["editors"]}
    key, algorithm = wrong.pop("key", OWN), wrong.pop("alg", "RS256")
    claims = {name: value for name, value in (claims | wrong).items() if value is not None}
    if algorithm == "none":
        parts = [json.dumps(each).encode() for each in ({"alg": "none", "kid": "key-1"}, claims)]
        return ".".join([*(base64url(each) for each in parts), ""])
    return jwt.encode({"alg": algorithm, "kid": "key-1"}, claims, key, algorithms=[algorithm])


def base64url(data):
    """As tokens are written."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Answers(BaseHTTPRequestHandler):
    """What the service asks a provider for."""

    def do_GET(self):
        """Its description and its keys."""
        at = self.server.issuer
        description = {"issuer": at, "authorization_endpoint": f"{at}/authorize"}
        description |= {"token_endpoint": f"{at}/token", "jwks_uri": f"{at}/keys"}
        keys = {"keys": [OWN.as_dict(private=False)]}
        self.reply(keys if self.path == "/keys" else description)

    def do_POST(self):
        """The tokens of a code."""
        self.rfile.read(int(self.headers["Content-Length"]))
        made = token(self.server, **self.server.wrong)
        self.reply({"access_token": "a", "token_type": "Bearer", "id_token": made})

    def reply(self, body):
        """JSON."""
        sent = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture(scope="module")
def provider():
    """A provider on loopback whose tokens a test can spoil."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.issuer = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def client(provider, tmp_path_factory):
    """A service that trusts that provider."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("tokens"),
        log_level="CRITICAL",
        oidc_issuer=provider.issuer,
        oidc_client_id="govt-assistant",
        oidc_client_secret=SecretStr("the-secret-that-both-know-of-32-bytes"),
        _env_file=None,
    )
    with TestClient(create_app(settings, embedder=BagOfWords())) as served:
        yield served


def sign_in(client, provider, **wrong):
    """Leave for the provider and come back with a token of which that is wrong."""
    client.cookies.clear()
    vars(client.app.state.services.access)["attempts"] = type(client.app.state.services.access.attempts)()
    left = client.get("/console/sign-in/provider", follow_redirects=False).headers["location"]
    asked = parse_qs(urlsplit(left).query)
    provider.nonce, provider.wrong = asked["nonce"][0], wrong
    return client.get("/console/sign-in/return", params={"code": "c", "state": asked["state"][0]})


WRONG = {
    "signed by somebody else": {"key": FOREIGN},
    "signed with the secret that both know": {"key": SHARED, "alg": "HS256"},
    "not signed": {"alg": "none"},
    "of another provider": {"iss": "https://evil.example"},
    "for another service": {"aud": "another"},
    "for another sign-in": {"nonce": "another"},
    "over": {"exp": 1_000_000_000},
    "without an end": {"exp": None},
    "without a person": {"sub": None},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_token_that_is_not_for_this_sign_in_is_refused(client, provider, wrong):
    """Nobody is signed in by it, though all else is right."""
    refused = sign_in(client, provider, **wrong)
    assert refused.status_code == 401
    assert "did not confirm the sign-in" in refused.text
    assert client.get("/v1/jobs").status_code == 401


def test_the_token_that_is_signs_in(client, provider):
    """The same with nothing wrong: the refusals above are for what was spoilt."""
    assert sign_in(client, provider).status_code == 200
    assert client.get("/v1/jobs").status_code == 200
