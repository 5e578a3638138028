"""`doctor` names what is broken by its setting, says what to do, and shows no password."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from tests.doubles import BagOfWords
from web import main
from web.cli import app
from web.observing.checks import checked
from web.observing.elsewhere import check_model, check_sign_in, check_traces
from web.settings import Settings

NOBODY = "127.0.0.1:1"


@pytest.fixture
def doctor(tmp_path, monkeypatch):
    """The command on an installation of its own, with settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(main, "open_recovering", lambda *_, **__: BagOfWords())

    def run(*words, **settings):
        for name, value in {"data_dir": str(tmp_path / "data"), **settings}.items():
            monkeypatch.setenv(f"GOVT_ASSISTANT_{name}".upper(), value)
        return CliRunner().invoke(app, ["doctor", *words])

    return run


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"port": "high"}, ["FAIL settings: GOVT_ASSISTANT_PORT: Input should be a valid integer", ".env"]),
        (
            {"database_url": "u:hush@db"},
            ["FAIL settings: GOVT_ASSISTANT_DATABASE_URL: it is written"],
        ),
        ({"redis_url": "hush"}, ["FAIL settings: GOVT_ASSISTANT_REDIS_URL: it is written as redis://"]),
        (
            {"database_url": f"postgresql://u:hush@{NOBODY}/x"},
            ["FAIL database: the database failed", "correct GOVT_ASSISTANT_DATABASE_URL"],
        ),
        (
            {"redis_url": f"redis://:hush@{NOBODY}"},
            ["FAIL index", "`govt-assistant ingest starter`", "warn redis", "GOVT_ASSISTANT_REDIS_URL"],
        ),
        ({"chroma_url": f"http://{NOBODY}"}, ["warn vectors", "correct GOVT_ASSISTANT_CHROMA_URL"]),
        ({"data_dir": "/dev/null/x"}, ["FAIL start: The service does not start", "/dev/null/x"]),
    ],
    ids=[
        "wrong setting",
        "no address",
        "no address of Redis",
        "database",
        "index and Redis",
        "vectors",
        "folder",
    ],
)
def test_what_is_broken_is_named_with_what_to_do(doctor, settings, told):
    """By the setting that an operator would change; what is in it stays there."""
    done = doctor(**settings)
    assert done.exit_code == 1
    assert [each for each in told if each not in done.output] == []
    assert "hush" not in done.output and "Traceback" not in done.output


@contextmanager
def answering(status, body):
    """A server that says the same to everything."""

    class Same(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Same)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def look(check, **settings):
    """What a check finds under these settings."""
    built = SimpleNamespace(settings=Settings(**settings, _env_file=None))
    return asyncio.run(checked(built, "it", False, check))


@pytest.mark.parametrize(
    ("status", "body", "ok", "told"),
    [
        (200, {"data": [{"id": "m"}]}, True, "m, which its endpoint offers"),
        (404, {}, True, "m, whose endpoint answers"),
        (200, {"data": [{"id": "other"}]}, False, "such as: other"),
        (401, {}, False, "Set OPENAI_API_KEY"),
    ],
    ids=["offered", "no list", "another", "key refused"],
)
def test_a_models_endpoint_is_asked_what_it_offers(status, body, ok, told):
    """A wrong name or key shows before the first citizen's answer goes without the model."""
    with answering(status, body) as address:
        found = look(check_model, model="m", openai_base_url=f"{address}/v1")
    assert found.ok is ok and told in f"{found.detail} {found.what_to_do}"


def test_an_identity_provider_must_name_itself_as_configured():
    """Another one at that address, or none, is told."""
    with answering(200, {"issuer": "https://elsewhere.example"}) as address:
        found = look(check_sign_in, oidc_issuer=address)
    assert not found.ok and "elsewhere" in found.detail and "GOVT_ASSISTANT_OIDC_ISSUER" in found.what_to_do


@pytest.mark.parametrize(
    ("check", "settings"),
    [
        (check_model, {"model": "m", "openai_base_url": f"http://{NOBODY}/v1"}),
        (check_sign_in, {"oidc_issuer": f"http://{NOBODY}"}),
        (check_traces, {"otlp_endpoint": f"http://{NOBODY}"}),
    ],
    ids=["model", "identity provider", "collector"],
)
def test_where_nobody_answers_the_setting_is_named(check, settings):
    """And that people are answered all the same, or keys go on working."""
    found = look(check, **settings)
    assert not found.ok and not found.needed and "cannot be reached" in found.detail
    assert "correct" in found.what_to_do and "go on" in found.what_to_do


def test_a_collector_that_listens_is_well():
    """Nothing is sent to it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert look(check_traces, otlp_endpoint=f"http://127.0.0.1:{listening.getsockname()[1]}").ok


def test_a_program_reads_the_same_line_by_line(doctor):
    """Each dependency is an object with what it is, whether it is needed and what to do."""
    told = doctor("--json")
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    (index,) = [each for each in rows if each["name"] == "index"]
    assert told.exit_code == 1 and not index["ok"] and index["needed"]
    assert "`govt-assistant ingest starter`" in index["what_to_do"]
