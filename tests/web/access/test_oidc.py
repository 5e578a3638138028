"""Signing in with an identity provider: a real one, run beside the test on loopback."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

import httpx
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from tests.doubles import BagOfWords
from web.main import create_app
from web.settings import Settings


@pytest.fixture(scope="module")
def issuer():
    """A provider that knows an editor and somebody without a role."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    provider = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://localhost:{port}"
    try:
        _wait_for(f"{address}/.well-known/openid-configuration")
        for name, groups in (("mere", ["editors", "staff"]), ("hemi", ["staff"])):
            claims = {"preferred_username": name, "groups": groups}
            assert httpx.put(f"{address}/users/{name}", json=claims).status_code == 204
        yield address
    finally:
        provider.terminate()
        provider.wait()


def _wait_for(url):
    for _ in range(1000):
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the provider did not start")


@pytest.fixture(scope="module")
def settings(issuer, tmp_path_factory):
    """An installation that trusts that provider."""
    return Settings(
        data_dir=tmp_path_factory.mktemp("oidc"),
        log_level="ERROR",
        oidc_issuer=issuer,
        oidc_client_id="govt-assistant",
        oidc_client_secret=SecretStr("secret"),
        oidc_label="the test provider",
        _env_file=None,
    )


def leave(client):
    """On the way to the provider: its address for this sign-in."""
    response = client.get("/console/sign-in/provider?next=/console/jobs", follow_redirects=False)
    assert response.status_code == 302, response.text
    return response.headers["location"]


def come_back(client, address, name):
    """Sign in at the provider as that person, and follow its redirect back."""
    given = httpx.post(address, data={"sub": name})
    assert given.status_code == 302, given.text
    back = httpx.URL(given.headers["location"])
    return client.get(back.raw_path.decode())


def test_who_is_in_the_right_group_is_signed_in(client):
    """With the role of the group, by the name in the claim, on the page asked for."""
    assert "Sign in with the test provider" in client.get("/console/sign-in").text
    address = leave(client)
    assert "code_challenge_method=S256" in address and "nonce=" in address
    done = come_back(client, address, "mere")
    assert "You are signed in as mere" in done.text
    assert 'content="0; url=/console/jobs"' in done.text
    assert "(editor)" in client.get("/console/jobs").text
    access = client.app.state.services.access
    entry = client.portal.call(access.audit.entries)[0]
    assert (entry.action, entry.by, entry.after) == ("session.begun", "mere", ["editor"])


def test_who_has_no_role_is_told_whom_to_ask(client):
    """Nobody gets in by having an account."""
    refused = come_back(client, leave(client), "hemi")
    assert refused.status_code == 401
    assert "hemi has no role here" in refused.text
    assert "set-cookie" not in refused.headers
    assert client.get("/v1/jobs").status_code == 401


def test_an_answer_to_a_sign_in_that_began_elsewhere_is_refused(client):
    """Without the browser's own handshake, with another state, or a second time."""
    address = leave(client)
    given = httpx.URL(httpx.post(address, data={"sub": "mere"}).headers["location"])
    handshake = client.cookies["sign-in"]
    client.cookies.clear()
    assert client.get(given.raw_path.decode()).status_code == 401
    client.cookies.set("sign-in", handshake, path="/console/sign-in")
    forged = given.copy_set_param("state", "forged")
    assert client.get(forged.raw_path.decode()).status_code == 401
    assert client.get(given.raw_path.decode()).status_code == 401


def test_a_provider_that_is_away_is_told_in_words(tmp_path):
    """The key still works, and the page says what failed."""
    settings = Settings(
        data_dir=tmp_path, log_level="ERROR", oidc_issuer="http://127.0.0.1:9", _env_file=None
    )
    with TestClient(create_app(settings, embedder=BagOfWords())) as client:
        page = client.get("/console/sign-in/provider")
        assert page.status_code == 401
        assert "did not confirm the sign-in" in page.text
        assert 'name="key"' in page.text
