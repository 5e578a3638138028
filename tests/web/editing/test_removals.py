"""A page that somebody took out stays out, whatever gives it again, until it is let in."""

from __future__ import annotations

import pytest

from ingest import UnknownPage
from tests.web.editing.conftest import FEE
from tests.web.editing.test_hooks import send
from tests.web.editing.test_versions import page_id
from tests.web.people import sign_in
from web.access import Role
from web.editing.letting_in import let_in
from web.main import now


def test_a_page_that_an_editor_took_out_stays_out_until_it_is_let_in(
    client, editor, admin, site, finish, published, pages
):
    """Whatever gives it again: its source, a sitemap, the CMS. Pages say who removed it."""
    identifier = page_id(client, editor, "dog")
    removed = finish(client.delete(f"/v1/pages/{identifier}", headers=editor))["result"]["candidate"]
    assert client.get("/v1/pages/removed", headers=editor).json() == []
    client.post(f"/v1/versions/{removed}/publish", json={"reason": "closed"}, headers=admin)
    (told,) = client.get("/v1/pages/removed", headers=editor).json()
    assert (told["page_id"], told["by"], told["url"]) == (identifier, "editor-key", pages[1])

    site.put("/passport", "Passport fees", FEE.format(fee="$250"))
    given = {"url": pages[1], "title": "Register a dog", "text": "Register it online."}
    ways = [
        client.post("/v1/pages/read-again", json={"urls": [pages[1]]}, headers=editor),
        client.post("/v1/pages/read-again", json={"site": True}, headers=editor),
        client.post("/v1/pages/read-again", json={"source": site.sitemap()}, headers=editor),
        send(client, {"event": "changed", "urls": [pages[1]]}),
        send(client, {"event": "given", "pages": [given]}),
    ]
    for way in ways:
        job = finish(way)
        lines = [each["text"] for each in client.get(f"/v1/jobs/{job['id']}/log", headers=editor).json()]
        assert any("removed by editor-key on" in line for line in lines), lines
        if number := job["result"].get("candidate"):
            changes = client.get(f"/v1/versions/{number}/diff", headers=editor).json()["changes"]
            assert identifier not in {each["page_id"] for each in changes}

    sign_in(client, Role.EDITOR, "reader")
    assert "removed by editor-key on" in client.get("/console/pages").text
    assert "Let it in again" in client.get(f"/console/pages/{identifier}").text
    back = finish(client.post(f"/v1/pages/{identifier}/restore", headers=editor))["result"]["candidate"]
    assert client.get("/v1/pages/removed", headers=editor).json() == []
    client.post(f"/v1/versions/{back}/publish", json={"reason": "open again"}, headers=admin)
    assert client.get("/v1/pages", params={"text": "dog"}, headers=editor).json()["total"] == 1
    assert client.post(f"/v1/pages/{identifier}/restore", headers=editor).status_code == 404


def test_handing_in_a_page_that_was_taken_out_lets_it_in(client, editor, admin, finish, published, pages):
    """Whoever writes its text by hand means it to answer."""
    identifier = page_id(client, editor, "dog")
    removed = finish(client.delete(f"/v1/pages/{identifier}", headers=editor))["result"]["candidate"]
    client.post(f"/v1/versions/{removed}/publish", json={"reason": "closed"}, headers=admin)
    body = {"url": pages[1], "title": "Register a dog", "text": "Register a dog online."}
    job = finish(client.put(f"/v1/pages/{identifier}", json=body, headers=editor))
    assert job["result"]["counts"]["added"] == 1
    assert client.get("/v1/pages/removed", headers=editor).json() == []


def test_a_candidate_from_before_a_removal_does_not_bring_the_page_back(
    client, editor, admin, site, finish, published, pages
):
    """Put onto the version without the page, it changes the others only."""
    site.put("/passport", "Passport fees", FEE.format(fee="$250"))
    site.put("/dogs", "Register a dog", "<p>Register a dog with your council online.</p>")
    older = finish(client.post("/v1/pages/read-again", json={"urls": list(pages)}, headers=editor))["result"][
        "candidate"
    ]
    identifier = page_id(client, editor, "dog")
    removed = finish(client.delete(f"/v1/pages/{identifier}", headers=editor))["result"]["candidate"]
    client.post(f"/v1/versions/{removed}/publish", json={"reason": "closed"}, headers=admin)
    client.post(f"/v1/versions/{older}/rebase", headers=editor)
    changes = client.get(f"/v1/versions/{older}/diff", headers=editor).json()["changes"]
    assert [each["url"] for each in changes] == [pages[0]]


def test_what_a_content_system_takes_out_it_may_give_again(client, editor, finish, published, pages):
    """Its messages follow what it publishes; nobody has to let its own page in."""
    job = finish(send(client, {"event": "removed", "urls": [pages[1]]}))
    admin = client.app.state.services.editing
    client.portal.call(admin.publish, job["result"]["candidate"], "test", {})
    given = {"url": pages[1], "title": "Register a dog", "text": "Register a dog online."}
    assert finish(send(client, {"event": "given", "pages": [given]}))["result"]["counts"]["added"] == 1


def test_a_page_that_is_handed_in_in_vain_is_still_kept_out(client, editor, admin, finish, published, pages):
    """Until what somebody hands in has become a candidate, its source does not bring the page back."""
    identifier = page_id(client, editor, "dog")
    removed = finish(client.delete(f"/v1/pages/{identifier}", headers=editor))["result"]["candidate"]
    client.post(f"/v1/versions/{removed}/publish", json={"reason": "closed"}, headers=admin)
    client.app.state.services.index.embedder.broken = True
    body = {"url": pages[1], "title": "Register a dog", "text": "Register a dog online."}
    assert finish(client.put(f"/v1/pages/{identifier}", json=body, headers=editor))["state"] == "failed"
    assert len(client.get("/v1/pages/removed", headers=editor).json()) == 1


def test_one_unknown_page_among_several_changes_nothing(client, editor, admin, finish, published, pages):
    """A slip in one address is told before any page is let in."""
    identifier = page_id(client, editor, "dog")
    removed = finish(client.delete(f"/v1/pages/{identifier}", headers=editor))["result"]["candidate"]
    client.post(f"/v1/versions/{removed}/publish", json={"reason": "closed"}, headers=admin)
    built = client.app.state.services
    with pytest.raises(UnknownPage, match="nobody removed slip"):
        client.portal.call(lambda: let_in([identifier, "slip"], built.index, built.settings, now=now))
    assert len(client.get("/v1/pages/removed", headers=editor).json()) == 1


def test_a_retry_lets_in_what_failed_beside_what_came_back(
    client, editor, admin, site, finish, published, pages
):
    """Two pages come back by one job; the one that could not be read joins the other's candidate."""
    removed = [page_id(client, editor, "dog"), page_id(client, editor, "passport")]
    for identifier in removed:
        number = finish(client.delete(f"/v1/pages/{identifier}", headers=editor))["result"]["candidate"]
        client.post(f"/v1/versions/{number}/publish", json={"reason": "closed"}, headers=admin)
    site.broken.add("/dogs")
    try:
        job = finish(client.post("/v1/pages/restore", json={"pages": removed}, headers=editor))
    finally:
        site.broken.clear()
    assert list(job["result"]["failed"]) == [pages[1]]
    assert job["result"]["counts"]["added"] == 1

    again = finish(client.post(f"/v1/jobs/{job['id']}/retry", headers=editor))
    waiting = [
        each for each in client.get("/v1/versions", headers=editor).json() if each["state"] == "candidate"
    ]
    assert [each["id"] for each in waiting] == [again["result"]["candidate"]]
    changes = client.get(f"/v1/versions/{waiting[0]['id']}/diff", headers=editor).json()["changes"]
    assert {(each["url"], each["change"]) for each in changes} == {(url, "added") for url in pages}
    assert client.post("/v1/pages/restore", json={"pages": removed}, headers=editor).status_code == 404
