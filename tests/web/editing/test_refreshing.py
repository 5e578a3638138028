"""What the scheduled refresh finds goes through the editors' gate; what is gone stops answering at once."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import anyio
import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from ingest import database as db
from tests.web.editing.conftest import FEE
from tests.web.editing.test_versions import said
from web.refreshing import keep_fresh, refreshing

AWAY = OperationalError("INSERT", {}, Exception("the database is away"))


@pytest.fixture
def look(client, editor, finish, published):
    """Everything comes due and is looked at; the check that follows is waited for. Gives the round."""
    services = client.app.state.services

    async def due():
        async with services.engine.begin() as connection:
            past = services.jobs.now() - timedelta(hours=1)
            await connection.execute(update(db.page_checks).values(next_check_at=past))

    def once():
        client.portal.call(due)
        done = client.portal.call(keep_fresh, services.editing)
        checks = client.get("/v1/jobs", params={"kind": "check"}, headers=editor).json()
        if done.candidate is not None:
            client.get(f"/v1/jobs/{checks[0]['id']}/events", headers=editor)
        return done

    return once


def versions(client, editor, state):
    """The numbers of the versions in that state, newest first."""
    found = client.get("/v1/versions", headers=editor).json()
    return [each["id"] for each in found if each["state"] == state]


def test_a_change_that_passes_the_gate_answers_by_itself(client, editor, site, look):
    """The new fee is told, and the trail says that the gate passed."""
    site.put("/passport", "Passport fees", FEE.format(fee="$250"))
    assert look().candidate is not None
    assert "$250" in said(client)
    entry = client.portal.call(client.app.state.services.access.audit.entries)[0]
    assert (entry.action, entry.by, entry.after["passed"]) == ("version.published", "refresh", True)
    assert look().candidate is None


def test_a_change_that_the_gate_stops_waits_and_the_console_says_so(client, editor, site, look):
    """The old fee is told meanwhile; the next look takes the waiting change over and adds to it."""
    site.put("/passport", "Passport fees", "<p>A passport is free. Ask at the counter.</p>")
    first = look().candidate
    assert "$200" in said(client)
    (stopped,) = client.get("/v1/content-problems", headers=editor).json()["stopped"]
    assert (stopped["version"], bool(stopped["reasons"])) == (first, True)
    overview = client.get("/console", headers=editor).text
    assert "the gate does not let version" in overview
    assert look().candidate is None
    site.put("/dogs", "Register a dog", "<p>Register a dog with your council online.</p>")
    second = look().candidate
    assert versions(client, editor, "candidate") == [second]
    changes = client.get(f"/v1/versions/{second}/diff", headers=editor).json()["pages"]
    assert changes["changed"] == 2


def test_a_page_that_is_gone_stops_answering_whatever_the_gate_says_of_the_rest(client, editor, site, look):
    """Its removal is a version of its own; the other change waits for its check, here in vain."""
    site.put("/passport", "Passport fees", "<p>A passport is free. Ask at the counter.</p>")
    del site.pages["/dogs"]
    done = look()
    assert done.withdrawn is not None
    titles = {each["title"] for each in client.get("/v1/pages", headers=editor).json()["pages"]}
    assert titles == {"Passport fees"}
    assert "$200" in said(client)
    assert versions(client, editor, "candidate") == [done.candidate]
    changes = client.get(f"/v1/versions/{done.candidate}/diff", headers=editor).json()["pages"]
    assert (changes["changed"], changes["removed"]) == (1, 0)


def test_what_a_conditional_request_needs_follows_its_text(client, editor, admin, site, look, published):
    """Tags wait with a candidate, come to count when it answers, and count no more when it is rolled back."""

    def asked():
        site.asked.clear()
        done = look()
        return dict(site.asked)["/passport"], done

    assert asked()[0] == 304
    site.put("/passport", "Passport fees", "<p>A passport is free. Ask at the counter.</p>")
    status, done = asked()
    assert (status, done.candidate is not None) == (200, True)
    assert asked()[0] == 200  # the text that answers is the old one
    reason = {"reason": "the fee is gone"}
    waiting = versions(client, editor, "candidate")[0]
    path = f"/v1/versions/{waiting}"
    assert client.post(f"{path}/publish", json=reason, headers=admin).status_code == 200
    assert asked()[0] == 304
    back = client.post(f"/v1/versions/{published}/rollback", json=reason, headers=editor)
    assert back.status_code == 200
    assert asked()[0] == 200


def test_a_change_whose_check_could_not_begin_is_checked_at_the_next_look(client, site, look, monkeypatch):
    """The database was away at that moment: the new fee does not wait for an editor."""
    site.put("/passport", "Passport fees", FEE.format(fee="$250"))

    async def away(*_):
        raise AWAY

    with monkeypatch.context() as patch, pytest.raises(OperationalError):
        patch.setattr(client.app.state.services.jobs, "start", away)
        look()
    assert "$200" in said(client)
    assert look().candidate is not None
    assert "$250" in said(client)


@pytest.mark.anyio
async def test_a_round_that_fails_is_not_the_last(monkeypatch):
    """Whatever it was that failed: pages are looked at again at the next one."""
    rounds, twice = [], anyio.Event()

    async def look(editing):
        rounds.append(editing)
        if len(rounds) == 1:
            raise AWAY
        twice.set()

    monkeypatch.setattr("web.refreshing.keep_fresh", look)
    async with refreshing(SimpleNamespace(settings=SimpleNamespace(refresh_minutes=0.0001))):
        with anyio.fail_after(30):
            await twice.wait()
