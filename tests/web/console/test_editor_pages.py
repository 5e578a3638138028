"""The editors' pages as a server gives them, before any script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from assistant import FeedbackKind, Given, Reason
from ingest import sync
from tests.doubles import Pages, page
from tests.web.people import form_token, sign_in
from web.access import Role
from web.main import now

PATHS = [
    "/console/pages",
    "/console/pages?text=passport&language=en&age=30",
    "/console/pages/new",
    "/console/versions",
    "/console/versions/1",
    "/console/topics",
    "/console/topics/passports-citizenship-and-identity",
    "/console/gaps",
    "/console/reports",
    "/console/problems",
    "/console/access",
    "/console/audit",
]
RENEW = "How much does a standard passport cost?"


@pytest.fixture
def admin(client):
    """An admin in the console."""
    return sign_in(client, Role.ADMIN)


def page_id(client, title="Renew a passport"):
    """Of a page of the live version."""
    pages = client.get("/v1/pages", params={"text": title}).json()["pages"]
    return next(page["id"] for page in pages if page["title"] == title)


def test_every_page_is_whole_strict_and_labelled(admin):
    """One h1, no inline code, every field with a label, every table with a caption and headers."""
    identifier = page_id(admin)
    for path in [*PATHS, f"/console/pages/{identifier}", f"/console/pages/{identifier}/edit"]:
        response = admin.get(path)
        html = response.text
        assert response.status_code == 200, path
        assert html.count("<h1") == 1, path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html), path
        for field in re.findall(r"<(?:input|select|textarea)[^>]*>", html):
            if "hidden" not in field and 'type="checkbox"' not in field and "id=" in field:
                name = re.search(r'id="([^"]+)"', field)[1]
                assert f'for="{name}"' in html, (path, field)
        assert html.count("<table") == html.count("<caption"), path


def test_each_role_sees_its_sections_only(client):
    """And is refused the others', in words."""
    sign_in(client, Role.EVALUATOR, "eve")
    html = client.get("/console").text
    assert 'href="/console/versions"' in html and 'href="/console/pages"' not in html
    refused = client.get("/console/audit")
    assert refused.status_code == 403
    assert "does not have the role" in refused.text


def test_a_page_shows_passages_history_and_what_it_answered(admin):
    """Passages letter by letter; the counted question with how often."""
    for _ in range(2):
        admin.post("/v1/answers", json={"question": RENEW})
    html = admin.get(f"/console/pages/{page_id(admin)}").text
    assert "3. Pay the renewal fee." in html
    assert "how much does a standard passport cost" in html and ">2</td>" in html
    assert "The first text that was stored." in html


def test_a_topic_is_turned_off_and_a_page_pinned_by_plain_forms(admin):
    """Both hold from the next question on, and are in the trail with their reasons."""
    topic = "passports-citizenship-and-identity"
    token = form_token(admin)
    data = {"csrf": token, "off": "true", "notice": "Closed today.", "reason": "storm"}
    assert "Closed today." in admin.post(f"/console/topics/{topic}", data=data).text
    assert admin.post("/v1/answers", json={"question": RENEW}).json()["outcome"] == "refused_topic"
    admin.post(f"/console/topics/{topic}", data={"csrf": token, "reason": "over"})
    identifier = page_id(admin)
    data = {"csrf": token, "page_id": identifier, "effect": "pin", "reason": "most read"}
    assert "pinned" in admin.post(f"/console/topics/{topic}/prefer", data=data).text
    trail = admin.get("/console/audit").text
    for told in ("topic.changed", "page.preferred", "most read", "Each fits the one before"):
        assert told in trail


def test_a_change_without_a_reason_is_refused_in_words(admin):
    """Nothing is changed."""
    topic = "passports-citizenship-and-identity"
    data = {"csrf": form_token(admin), "off": "true", "reason": " "}
    refused = admin.post(f"/console/topics/{topic}", data=data)
    assert refused.status_code >= 400 and "who makes it, and why" in refused.text
    assert admin.post("/v1/answers", json={"question": RENEW}).json()["outcome"] == "answered"


def test_gaps_are_listed_and_dealt_with(admin):
    """A question that found nothing is on the worklist until an editor ticks it off."""
    admin.post("/v1/answers", json={"question": "How tall is the Beehive?"})
    assert "how tall is the beehive" in admin.get("/console/gaps").text
    data = {"csrf": form_token(admin), "text": "how tall is the beehive"}
    assert "how tall is the beehive" not in admin.post("/console/gaps/forget", data=data).text


def test_a_key_is_made_shown_once_and_revoked(admin):
    """The key works until then; its text is on no other page."""
    data = {"csrf": form_token(admin), "name": "hine", "roles": ["editor"], "days": "30"}
    made = admin.post("/console/access", data=data).text
    key = re.search(r"ga_[0-9a-f]{16}_[\w-]{43}", made)[0]
    assert key not in admin.get("/console/access").text
    assert admin.get("/v1/pages", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    admin.post("/console/access/revoke", data={"csrf": data["csrf"], "name": "hine"})
    assert admin.get("/v1/pages", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    again = admin.post("/console/access", data=data)
    assert again.status_code == 422 and "hine" in again.text


def test_what_was_typed_into_a_form_is_text_and_never_markup(admin):
    """In the list's search, in a try of a question, in a key's name."""
    attack = '"><script>alert(1)</script>'
    token = form_token(admin)
    for html in (
        admin.get("/console/pages", params={"text": attack}).text,
        admin.post("/console/versions/1/try", data={"csrf": token, "question": attack + " passport"}).text,
        admin.post("/console/access", data={"csrf": token, "name": attack, "roles": ["editor"]}).text,
    ):
        assert "<script>alert" not in html


def test_a_page_that_cannot_be_taken_comes_back_in_its_form(admin):
    """The reason, and every word that was typed."""
    data = {"csrf": form_token(admin), "url": "not an address", "title": "Fees", "text": "It costs $1."}
    refused = admin.post("/console/pages/new", data=data)
    assert refused.status_code == 422
    assert "url:" in refused.text and 'href="#url"' in refused.text
    assert 'aria-describedby="url-error url-hint"' in refused.text
    empty = admin.post("/console/pages/new", data=data | {"url": "https://a.govt.nz/x", "text": " "})
    assert "This is missing." in empty.text and 'id="text-error"' in empty.text
    for typed in ("not an address", "Fees", "It costs $1."):
        assert typed in refused.text


def test_a_reported_answer_is_on_the_worklist_until_it_is_closed(admin):
    """With the question, the comment and the page; closing needs a word, and the overview forgets it."""
    given = admin.post("/v1/answers", json={"question": RENEW}).json()
    feedback = admin.app.state.services.feedback
    answer = admin.portal.call(
        lambda: admin.app.state.services.conversations.answer(given["conversation_id"], given["id"])
    )
    report = Given(FeedbackKind.REPORT, reasons=(Reason.OUT_OF_DATE,), comment="The fee went up.")
    identifier = admin.portal.call(lambda: feedback.give(report, answer))
    assert "Readers reported 1 answer." in admin.get("/console").text
    html = admin.get("/console/reports").text
    assert RENEW in html and "The fee went up." in html and "out of date" in html
    assert "The fee went up." in admin.get(f"/console/pages/{page_id(admin)}").text
    path, token = f"/console/reports/{identifier}/close", form_token(admin)
    assert admin.post(path, data={"csrf": token}).status_code == 422
    assert "None is open." in admin.post(path, data={"csrf": token, "note": "Read again."}).text


def test_pages_that_contradict_one_another_are_shown_side_by_side(empty):
    """The same fee with two figures is a problem for an editor, over HTTP and on the page."""
    pages = [
        page("passport-fees", "The fee for an adult passport renewal is $200."),
        page("renewing-passports", "The fee for an adult passport renewal is $250."),
    ]
    services = empty.app.state.services
    empty.portal.call(lambda: sync(Pages(pages), services.index, now=now))
    sign_in(empty, Role.EDITOR)
    found = empty.get("/v1/content-problems").json()["contradictions"]
    assert [each["figures"] for each in found[0]["statements"]] == [["200"], ["250"]]
    html = empty.get("/console/problems").text
    assert "is $200." in html and "is $250." in html
    assert "1 contradiction between pages." in empty.get("/console").text


def test_a_page_is_told_as_old_from_the_day_on_that_it_is(client):
    """Also where somebody looked the day before, at the same version."""
    sign_in(client, Role.EDITOR)
    assert client.get("/v1/content-problems").json()["stale"] == []
    index = client.app.state.services.index
    index._now, index._judged_at = lambda: now() + timedelta(days=400), None
    stale = client.get("/v1/content-problems").json()["stale"]
    assert "Renew a passport" in [each["title"] for each in stale]
