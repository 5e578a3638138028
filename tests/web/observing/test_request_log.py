"""Each request is one line of the log, with an identifier and without anything that was typed."""

from __future__ import annotations

import json

import pytest
import structlog
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from web.commands import serving

SECRET = "How do I hide from my cousin Tama?"


@pytest.fixture
def settings(settings):
    """A service that logs what it usually does."""
    return settings.model_copy(update={"log_level": "INFO"})


def test_a_request_is_logged_by_route_and_identifier_only(client):
    """The answer's header carries the identifier; neither body nor query is in the line."""
    with capture_logs() as lines:
        given = {"X-Request-Id": "balancer-0001"}
        response = client.post("/v1/answers?q=Tama", json={"question": SECRET}, headers=given)
    assert response.headers["x-request-id"] == "balancer-0001"
    [line] = [each for each in lines if each["event"] == "request"]
    assert (line["method"], line["route"], line["status"]) == ("POST", "/v1/answers", 200)
    assert "Tama" not in json.dumps(lines, default=str)


def test_an_identifier_that_is_none_is_replaced(client):
    """What a caller puts there can be anything: it reaches no log."""
    given = {"X-Request-Id": "my name is Tama"}
    response = client.get("/v1/conversations/Tama", headers=given)
    assert response.status_code == 404
    assert "Tama" not in response.headers["x-request-id"] and len(response.headers["x-request-id"]) == 16


def test_whoever_was_refused_is_in_the_log(client):
    """With the route and the status, and without the key that was tried."""
    with capture_logs() as lines:
        client.get("/v1/jobs", headers={"Authorization": "Bearer ga_tried"})
        client.get("/v1/jobs")
    refused = [(each["route"], each["status"]) for each in lines if each["event"] == "request"]
    assert refused == [("/v1/jobs", 401), ("/v1/jobs", 401)]
    assert "ga_tried" not in json.dumps(lines, default=str)


def test_a_fault_of_ours_is_logged_by_its_kind(client, monkeypatch):
    """An error's text may hold what somebody typed: neither the log nor the answer repeats it."""

    async def broken(*_):
        raise RuntimeError(SECRET)

    monkeypatch.setattr(client.app.state.services.shares, "read", broken)
    with capture_logs() as lines, TestClient(client.app, raise_server_exceptions=False) as calm:
        monkeypatch.setattr(calm.app.state.services.shares, "read", broken)
        failed = calm.get("/shared/s_1")
    assert failed.status_code == 500 and "Tama" not in failed.text
    assert [each["error"] for each in lines if each["event"] == "unforeseen error"] == ["RuntimeError"]
    assert "Tama" not in json.dumps(lines, default=str)


def test_machines_that_look_every_few_seconds_fill_no_log(client):
    """Health and figures are not logged."""
    with capture_logs() as lines:
        client.get("/healthz")
        client.get("/metrics")
    assert not [each for each in lines if each["event"] == "request"]


def test_the_command_that_serves_leaves_the_log_on(tmp_path, monkeypatch, capsys):
    """Looking whether anybody can sign in does not silence what is logged from then on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOVT_ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(serving, "_share_arenas", lambda: None)
    asked = structlog.get_logger("web.request")
    monkeypatch.setattr(serving._Server, "run", lambda _server: asked.info("request", route="/v1/answers"))
    serving.serve()
    told = capsys.readouterr()
    assert "access add-key NAME --role admin" in told.out
    assert '"route": "/v1/answers"' in told.err
