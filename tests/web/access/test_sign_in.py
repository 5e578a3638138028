"""Signing in and out, and requests that no page of ours sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.web.people import add_key, form_token, sign_in
from web.access import Role
from web.access.attempts import FAILURES


def test_a_console_page_sends_to_the_form_and_back(client):
    """Somebody who is not signed in comes to the page asked for after signing in."""
    asked = client.get("/console/jobs?kind=x")
    assert asked.url.path == "/console/sign-in"
    assert 'name="next" value="/console/jobs?kind=x"' in asked.text
    done = client.post("/console/sign-in", data={"key": add_key(client), "next": "/console/jobs?kind=x"})
    assert (done.url.path, done.status_code) == ("/console/jobs", 200)
    assert "mere" in done.text


@pytest.mark.parametrize(
    "next_page", ["https://evil.example/", "//evil.example", "/console/../\\evil", "/v1/jobs", "/consolex"]
)
def test_signing_in_leads_to_no_other_site(client, next_page):
    """Only pages of the console can follow."""
    done = client.post(
        "/console/sign-in", data={"key": add_key(client), "next": next_page}, follow_redirects=False
    )
    assert done.headers["location"] == "/console"


def test_the_cookie_is_out_of_reach(client):
    """No script reads it, no other site's page sends it; over HTTPS it is bound to the host."""
    plain = client.post("/console/sign-in", data={"key": add_key(client)}, follow_redirects=False)
    assert "httponly" in plain.headers["set-cookie"].lower()
    assert "samesite=strict" in plain.headers["set-cookie"].lower()
    client.base_url = "https://testserver"
    secure = client.post("/console/sign-in", data={"key": add_key(client, "hine")}, follow_redirects=False)
    assert secure.headers["set-cookie"].startswith("__Host-session=")
    assert "; secure" in secure.headers["set-cookie"].lower()


def test_a_wrong_key_is_told_beside_the_field_and_never_shown(client):
    """401, the reason in words, the field empty again."""
    failed = client.post("/console/sign-in", data={"key": "ga_secret_typed"})
    assert failed.status_code == 401
    assert "that key is not known" in failed.text
    assert 'aria-invalid="true"' in failed.text
    assert "ga_secret_typed" not in failed.text


def test_failures_are_limited_and_successes_are_not(client):
    """After a number of failures the address waits, even with a right key; the answer says how long."""
    key = add_key(client)
    for _ in range(FAILURES + 5):
        assert client.post("/console/sign-in", data={"key": key}).status_code == 200
    for _ in range(FAILURES):
        assert client.post("/console/sign-in", data={"key": "wrong"}).status_code == 401
    held = client.post("/console/sign-in", data={"key": key}, follow_redirects=False)
    assert held.status_code == 429
    assert int(held.headers["retry-after"]) > 0
    assert client.get("/v1/jobs", headers={"Authorization": "Bearer wrong"}).status_code == 429


def test_every_sign_in_has_a_token_of_its_own(client):
    """One that somebody put into the browser beforehand is not taken over and opens nothing."""
    client.cookies.set("session", "chosen-beforehand")
    tokens = []
    for name in ("mere", "hine"):
        done = client.post("/console/sign-in", data={"key": add_key(client, name)}, follow_redirects=False)
        tokens.append(done.cookies["session"])
    assert len({*tokens, "chosen-beforehand"}) == 3 and min(map(len, tokens)) >= 43
    client.cookies.clear()
    client.cookies.set("session", "chosen-beforehand")
    assert client.get("/v1/jobs").status_code == 401


def test_somebody_sees_where_they_are_signed_in_and_ends_the_others(client):
    """A session left open elsewhere is worth nothing afterwards; this one and other people's go on."""
    sign_in(client, name="hine")
    hine = client.cookies["session"]
    client.cookies.clear()
    key = add_key(client)
    client.post("/console/sign-in", data={"key": key})
    elsewhere = client.cookies["session"]
    client.cookies.clear()
    client.post("/console/sign-in", data={"key": key})
    here = client.cookies["session"]
    page = client.get("/console/sign-ins").text
    assert (page.count("in this browser"), page.count(">elsewhere<")) == (1, 1)
    done = client.post("/console/sign-ins/end", data={"csrf": form_token(client)})
    assert "Nobody is signed in with your name elsewhere" in done.text
    for token, status in ((elsewhere, 401), (here, 200), (hine, 200)):
        client.cookies.clear()
        client.cookies.set("session", token)
        assert client.get("/v1/jobs").status_code == status


def test_signing_out_ends_the_session_on_the_server(client):
    """A cookie that somebody copied is worth nothing afterwards."""
    sign_in(client)
    copied = client.cookies["session"]
    done = client.post("/console/sign-out", data={"csrf": form_token(client)})
    assert done.url.path == "/console/sign-in"
    assert done.history[0].headers["clear-site-data"] == '"cache", "storage"'
    client.cookies.set("session", copied)
    assert client.get("/v1/jobs").status_code == 401


def test_no_page_of_the_console_stays_in_the_browser(client):
    """Whoever uses the computer next finds neither a page nor a key in its field."""
    assert 'type="password"' in client.get("/console/sign-in").text
    assert sign_in(client).get("/console").headers["cache-control"] == "no-store"


def test_a_session_ends_by_itself(client, monkeypatch):
    """After the hours that are set."""
    sign_in(client)
    sessions = client.app.state.services.access.sessions
    monkeypatch.setattr(sessions, "_now", lambda: datetime.now(UTC) + timedelta(hours=9))
    assert client.get("/v1/jobs").status_code == 401


def test_a_text_that_was_sent_too_late_comes_back(client):
    """Whoever was signed out meanwhile can copy what they typed; another site's page cannot have it shown."""
    text = "Kia ora koutou.\nA <b>second</b> line."
    data = {"answer_text": text, "csrf": "0" * 64, "name": "passports"}
    late = client.post("/console/topics/money", data=data)
    assert late.status_code == 401
    assert "You have been signed out" in late.text
    assert "Kia ora koutou.\nA &lt;b&gt;second&lt;/b&gt; line.</textarea>" in late.text
    assert "passports" not in late.text
    foreign = client.post("/console/topics/money", data=data, headers={"Origin": "https://evil.example"})
    assert foreign.url.path == "/console/sign-in"


def test_a_page_that_somebody_works_on_keeps_the_session(client):
    """It asks with nothing changed, gets the token that its forms carry, and learns when it is too late."""
    sign_in(client)
    assert client.get("/console/session").json() == {"csrf": form_token(client)}
    client.cookies.clear()
    assert client.get("/console/session", follow_redirects=False).status_code == 303


@pytest.mark.parametrize("data", [{}, {"csrf": "0" * 64}, {"csrf": "é"}])
def test_a_form_without_the_sessions_token_does_nothing(client, data):
    """A cookie alone is not enough to change anything: 403, and the session goes on."""
    sign_in(client)
    assert client.post("/console/sign-out", data=data).status_code == 403
    assert client.get("/v1/jobs").status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_sites_page_cannot_send_a_form(client, headers):
    """Even one that knew the token; nor can it sign somebody in."""
    sign_in(client)
    data = {"csrf": form_token(client)}
    assert client.post("/console/sign-out", data=data, headers=headers).status_code == 403
    forged = client.post("/console/sign-in", data={"key": add_key(client, "evil")}, headers=headers)
    assert forged.status_code == 403


def test_a_script_of_ours_sends_the_token_in_a_header(client):
    """JSON requests with a cookie carry it there."""
    sign_in(client)
    token = form_token(client)
    assert client.delete("/v1/jobs/j_none").status_code == 403
    assert client.delete("/v1/jobs/j_none", headers={"X-CSRF-Token": token}).status_code == 404


def test_every_sign_in_and_out_is_in_the_trail(client):
    """With who."""
    sign_in(client, Role.ADMIN)
    client.post("/console/sign-out", data={"csrf": form_token(client)})
    access = client.app.state.services.access
    actions = [(each.action, each.by) for each in client.portal.call(access.audit.entries)]
    assert actions[:3] == [("session.ended", "mere"), ("session.begun", "mere"), ("key.added", "test")]


def test_citizens_pages_set_no_cookie_still(client):
    """Only who signs in gets one."""
    sign_in(client)
    assert "set-cookie" not in client.get("/").headers
