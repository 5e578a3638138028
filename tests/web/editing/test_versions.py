"""From an edited page to the answer that changes: candidate, check, publish, roll back."""

from __future__ import annotations

import asyncio
import gc
import re
import weakref
from dataclasses import replace

from ingest.errors import VectorsUnavailable
from tests.web.editing.conftest import FEE
from tests.web.people import sign_in
from web.access import Role
from web.jobs import JobKind

QUESTION = "How much does a standard passport cost?"


def said(client):
    """What citizens are told now."""
    answer = client.post("/v1/answers", json={"question": QUESTION}).json()
    return " ".join(sentence["text"] for sentence in answer["sentences"])


def page_id(client, headers, text="Passport"):
    """The identifier of the page with that title."""
    return client.get("/v1/pages", params={"text": text}, headers=headers).json()["pages"][0]["id"]


def test_an_edited_page_is_seen_compared_published_and_rolled_back(client, editor, site, finish, published):
    """The whole way: nothing answers differently before it is published, and the old answer comes back."""
    site.put("/passport", "Passport fees", FEE.format(fee="$250"))
    body = {"pages": [page_id(client, editor)]}
    job = finish(client.post("/v1/pages/read-again", json=body, headers=editor))
    number = job["result"]["candidate"]
    assert job["check"]["result"]["passed"] is True
    assert "$200" in said(client)

    changes = client.get(f"/v1/versions/{number}/diff", headers=editor).json()
    assert (changes["pages"]["changed"], changes["passages"]["changed"]) == (1, 1)
    (passage,) = changes["changes"][0]["passages"]
    assert "$200" in passage["before"]["text"] and "$250" in passage["after"]["text"]

    report = client.get(f"/v1/versions/{number}/report", headers=editor).json()
    (changed,) = [each for each in report["comparisons"] if each["asking"]["question"] == QUESTION]
    assert any("$200" in each["text"] for each in changed["before"]["sentences"])
    assert any("$250" in each["text"] for each in changed["after"]["sentences"])

    assert client.post(f"/v1/versions/{number}/publish", json={}, headers=editor).json()["live"] is True
    assert "$250" in said(client)
    back = client.post(f"/v1/versions/{published}/rollback", json={"reason": "wrong fee"}, headers=editor)
    assert back.json()["live"] is True
    assert "$200" in said(client)


def test_the_way_back_leads_to_what_answered_before(client, editor, site, finish, published):
    """Not to a version that was rolled back meanwhile; a version is called by the page that was read."""

    def publish(fee):
        site.put("/passport", "Passport fees", FEE.format(fee=fee))
        body = {"pages": [page_id(client, editor)]}
        number = finish(client.post("/v1/pages/read-again", json=body, headers=editor))["result"]["candidate"]
        assert client.post(f"/v1/versions/{number}/publish", json={}, headers=editor).json()["live"] is True
        return number

    wrong = publish("$250")
    client.post(f"/v1/versions/{published}/rollback", json={"reason": "wrong fee"}, headers=editor)
    right = publish("$210")
    assert client.get(f"/v1/versions/{right}", headers=editor).json()["note"].endswith("/passport")
    sign_in(client, Role.EDITOR, "reader")
    html = client.get(f"/console/versions/{right}").text
    assert f"roll back to version {published}<" in html and f"roll back to version {wrong}<" not in html


def test_a_long_report_shows_first_what_becomes_worse(client, editor, site, finish, published):
    """Answers that break are open, the others closed; beyond the first fifty they come when asked for."""
    site.put("/passport", "Passport fees", "<p>A passport is free. Ask at the counter.</p>")
    body = {"pages": [page_id(client, editor)]}
    number = finish(client.post("/v1/pages/read-again", json=body, headers=editor))["result"]["candidate"]
    reports = client.app.state.services.editing.reports
    report = client.portal.call(reports.of, number)
    (broken,) = report.comparisons
    other = replace(broken, after=replace(broken.after, sentences=broken.before.sentences, passed=True))
    many = [replace(other, asking=replace(broken.asking, question=f"Question {at}")) for at in range(60)]
    client.portal.call(reports.keep, replace(report, comparisons=(broken, *many)))

    sign_in(client, Role.EDITOR, "reader")
    html = client.get(f"/console/versions/{number}").text
    assert html.count('<details class="comparison"') == 50
    (opened,) = re.findall(r'<details class="comparison" open>.*?<h3>(.*?)</h3>', html, re.DOTALL)
    assert opened == QUESTION
    assert "1 that passed now fails, 60 say something else." in html
    every = client.get(f"/console/versions/{number}?answers=all").text
    assert every.count('<details class="comparison"') == 61


def test_a_page_says_that_its_check_runs_and_that_it_answers(client, editor, site, finish, published):
    """An editor need not start a second check, and finds the way back once it answers."""
    site.put("/passport", "Passport fees", FEE.format(fee="$250"))
    body = {"pages": [page_id(client, editor)]}
    number = finish(client.post("/v1/pages/read-again", json=body, headers=editor))["result"]["candidate"]
    services = client.app.state.services

    async def held(job):
        while not job.cancelled:
            await job.progress(0)  # learns at once that it is to stop; the lease tells it after ten seconds
            await asyncio.sleep(0.01)
        return {}

    services.jobs.register(JobKind("check", "Check a version", held, (Role.EDITOR,)))
    job = client.portal.call(lambda: services.jobs.start("check", {"version": number}, "mere"))
    sign_in(client, Role.EDITOR, "reader")
    checked = client.get(f"/console/versions/{number}").text
    assert "Its answers are being checked now." in checked and f"/console/jobs/{job}" in checked
    assert "Check it" not in checked
    client.delete(f"/v1/jobs/{job}", headers=editor)
    client.get(f"/v1/jobs/{job}/events", headers=editor)

    assert client.post(f"/v1/versions/{number}/publish", json={}, headers=editor).status_code == 200
    live = client.get(f"/console/versions/{number}").text
    assert "This version answers now." in live and f"/console/versions/{published}#back" in live
    assert "Version 2, this one" in live and "$250" in live


def test_publishing_past_a_failing_gate_needs_an_admin_and_a_reason(
    client, editor, admin, site, finish, published
):
    """And it is in the trail, with the reason and what the gate said."""
    site.put("/passport", "Passport fees", "<p>A passport is free. Ask at the counter.</p>")
    body = {"pages": [page_id(client, editor)]}
    job = finish(client.post("/v1/pages/read-again", json=body, headers=editor))
    number = job["result"]["candidate"]
    report = client.get(f"/v1/versions/{number}/report", headers=editor).json()
    assert report["verdict"]["passed"] is False
    assert QUESTION in report["verdict"]["reasons"][0]
    (broken,) = report["comparisons"]
    assert any("costs $" in each for each in broken["after"]["failing"])
    assert broken["before"]["failing"] == []
    path = f"/v1/versions/{number}/publish"
    assert client.post(path, json={"reason": "I want it"}, headers=editor).status_code == 403
    assert client.post(path, json={}, headers=admin).status_code == 409
    assert client.post(path, json={"reason": "the fee was dropped"}, headers=admin).status_code == 200
    entry = client.portal.call(client.app.state.services.access.audit.entries)[0]
    assert (entry.action, entry.by, entry.before["live"]) == ("version.published", "admin-key", published)
    assert entry.after["reason"] == "the fee was dropped"
    assert QUESTION in entry.after["against the gate"][0]


def test_a_check_counts_only_against_the_version_that_it_was_made_against(
    client, editor, site, finish, published
):
    """Once another version is live, a candidate is put onto it and checked anew."""
    site.put("/passport", "Passport fees", FEE.format(fee="$250"))
    first = finish(
        client.post("/v1/pages/read-again", json={"pages": [page_id(client, editor)]}, headers=editor)
    )["result"]["candidate"]
    site.put("/dogs", "Register a dog", "<p>Register a dog with your council online.</p>")
    second = finish(
        client.post("/v1/pages/read-again", json={"pages": [page_id(client, editor, "dog")]}, headers=editor)
    )["result"]["candidate"]
    client.post(f"/v1/versions/{first}/publish", json={}, headers=editor)
    assert client.get(f"/v1/versions/{second}", headers=editor).json()["check"] == "outdated"
    assert client.post(f"/v1/versions/{second}/publish", json={}, headers=editor).status_code == 403
    assert client.post(f"/v1/versions/{second}/rebase", headers=editor).json()["check"] == "missing"
    finish(client.post(f"/v1/versions/{second}/check", headers=editor))
    done = client.post(f"/v1/versions/{second}/publish", json={}, headers=editor)
    assert done.json()["live"] is True
    assert "$250" in said(client)


def test_a_question_is_tried_against_a_candidate_without_a_trace(client, editor, site, finish, published):
    """The answer is the candidate's; no receipt and no count is kept."""
    site.put("/passport", "Passport fees", FEE.format(fee="$250"))
    job = finish(
        client.post("/v1/pages/read-again", json={"pages": [page_id(client, editor)]}, headers=editor)
    )
    path = f"/v1/versions/{job['result']['candidate']}/answers"
    answer = client.post(path, json={"question": QUESTION}, headers=editor).json()
    assert "$250" in answer["sentences"][0]["text"]
    asked = client.app.state.services.assistant.asked
    assert client.portal.call(asked.all) == []


def test_what_people_ask_is_compared_too(client, editor, site, finish, published):
    """A frequent question that would lose its answer is a warning of the verdict."""
    for _ in range(3):
        client.post("/v1/answers", json={"question": "Can I pay the passport fee by card?"})
    site.put("/passport", "Passport fees", "<p>A standard passport costs $200.</p>")
    job = finish(
        client.post("/v1/pages/read-again", json={"pages": [page_id(client, editor)]}, headers=editor)
    )
    report = client.get(f"/v1/versions/{job['result']['candidate']}/report", headers=editor).json()
    asked = [each for each in report["comparisons"] if each["asking"]["times"]]
    assert [each["asking"]["question"] for each in asked] == ["can i pay the passport fee by card"]


def test_a_candidate_is_given_up(client, editor, site, finish, published):
    """It can then not be published, and the live version answers on."""
    site.put("/passport", "Passport fees", FEE.format(fee="$250"))
    job = finish(
        client.post("/v1/pages/read-again", json={"pages": [page_id(client, editor)]}, headers=editor)
    )
    number = job["result"]["candidate"]
    assert client.delete(f"/v1/versions/{number}", headers=editor).json()["state"] == "discarded"
    assert client.delete(f"/v1/versions/{published}", headers=editor).status_code == 409
    assert "$200" in said(client)


def test_what_is_published_is_published_where_old_versions_cannot_go_yet(
    client, editor, site, finish, published, monkeypatch
):
    """The vector server is away just then: the editor is told that the version answers, as it does."""

    async def away(_):
        raise VectorsUnavailable("the vector store is away")

    site.put("/passport", "Passport fees", FEE.format(fee="$250"))
    body = {"pages": [page_id(client, editor)]}
    number = finish(client.post("/v1/pages/read-again", json=body, headers=editor))["result"]["candidate"]
    monkeypatch.setattr(client.app.state.services.index.vectors, "delete", away)
    response = client.post(f"/v1/versions/{number}/publish", json={}, headers=editor)
    assert (response.status_code, response.json()["live"]) == (200, True)
    assert "$250" in said(client)


def test_a_version_that_answers_is_not_kept_in_memory_as_a_candidate_too(
    client, editor, site, finish, published
):
    """What was opened to compare its answers goes when it is published: a large version takes much room."""
    site.put("/passport", "Passport fees", FEE.format(fee="$250"))
    body = {"pages": [page_id(client, editor)]}
    number = finish(client.post("/v1/pages/read-again", json=body, headers=editor))["result"]["candidate"]
    opened = weakref.ref(client.portal.call(client.app.state.services.editing.candidate, number))
    assert client.post(f"/v1/versions/{number}/publish", json={}, headers=editor).json()["live"] is True
    assert "$250" in said(client)
    gc.collect()
    assert opened() is None


def test_evaluators_look_and_do_not_publish(client, published):
    """The report is theirs to read; the decision is an editor's."""
    from tests.web.people import bearer
    from web.access import Role

    evaluator = bearer(client, Role.EVALUATOR)
    assert client.get(f"/v1/versions/{published}/report", headers=evaluator).status_code == 200
    assert client.post(f"/v1/versions/{published}/rollback", json={}, headers=evaluator).status_code == 403
    assert client.get("/v1/pages", headers=evaluator).status_code == 403


def test_a_candidate_that_another_process_has_put_onto_another_version_is_opened_anew(
    client, editor, site, finish, published
):
    """What is tried and checked is what would be published."""
    site.put("/passport", "Passport fees", FEE.format(fee="$250"))
    body = {"pages": [page_id(client, editor)]}
    first = finish(client.post("/v1/pages/read-again", json=body, headers=editor))["result"]["candidate"]
    site.put("/dogs", "Register a dog", "<p>Register a dog with your council online.</p>")
    body = {"pages": [page_id(client, editor, "dog")]}
    second = finish(client.post("/v1/pages/read-again", json=body, headers=editor))["result"]["candidate"]
    client.post(f"/v1/versions/{second}/publish", json={}, headers=editor)
    tried = {"question": "How do I register a dog?"}
    path = f"/v1/versions/{first}/answers"
    assert "online" not in client.post(path, json=tried, headers=editor).text
    client.portal.call(client.app.state.services.catalog.rebase, first)  # as the command line would
    assert "online" in client.post(path, json=tried, headers=editor).text
