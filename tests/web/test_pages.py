"""The citizen's pages as a server gives them, before any script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from assistant import words
from guardrails import Policy
from web.pages.rendering import _environment
from web.paths import STATIC, TEMPLATES

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

RENEW = "How do I renew a passport?"
PAGES = [
    "/",
    "/?lang=mi",
    "/how-it-works",
    "/how-it-works?lang=mi",
    "/about-this-service",
    "/citations/c_nothing",
]


def identifier(html: str) -> str:
    """The conversation that a page goes on with."""
    return re.search(r'name="conversation_id" value="([^"]*)"', html)[1]


@pytest.mark.parametrize("path", [*PAGES, "/healthz", "/static/chat.js", "/nowhere"])
def test_every_response_carries_a_strict_policy_and_no_cookie(client: TestClient, path: str):
    """Pages, API, files and errors alike forbid inline code and foreign sources, and set no cookie."""
    headers = client.get(path).headers
    assert "unsafe" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers


def test_over_https_browsers_are_told_to_stay_there(client: TestClient):
    """For a year, with all that lies below this host; over plain HTTP nothing is promised."""
    secure = client.get("https://testserver/")
    assert secure.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert "strict-transport-security" not in client.get("http://testserver/").headers


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_no_inline_code_and_load_only_their_own_files(client: TestClient, path: str):
    """Nothing on a page would need a looser policy."""
    html = client.get(path).text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    loaded = re.findall(r'<(?:script|img|link)[^>]*(?:src|href)="([^"]+)"', html)
    assert all(address.startswith("/static/") for address in loaded)


def test_the_start_page_says_first_what_it_is(client: TestClient):
    """Before the question box: automated, personal details, what is kept; below it the rest."""
    html = client.get("/").text
    before = html[: html.index("<textarea")]
    for promise in (
        "automated assistant, not a person",
        "personal details",
        "hours after your last question",
    ):
        assert promise in before
    for promise in ("stored copies of pages", "talk to a person"):
        assert promise in html
    assert '<html lang="en-NZ">' in html


def test_the_language_of_the_page_is_chosen_by_its_address(client: TestClient):
    """Te reo Māori is served as such, says that nobody reviewed it, and any unknown language is English."""
    html = client.get("/?lang=mi").text
    assert '<html lang="mi">' in html
    assert "No fluent speaker has reviewed" in html
    assert '<html lang="en-NZ">' in client.get("/?lang=fr").text


def test_a_form_post_gives_a_full_page_with_the_cited_answer(client: TestClient):
    """Steps as an ordered list, each with a link to its quote; the source with agency, date and origin."""
    html = client.post("/", data={"question": RENEW}).text
    assert re.search(
        r'<ol class="steps" start="1">\s*<li value="1">Fill in the renewal form. <a class="cite"', html
    )
    for shown in (
        "Department of Internal Affairs",
        "1 November 2026",
        "Starter content, not official",
        "Automated answer",
    ):
        assert shown in html


def test_rows_are_one_table_with_dates_and_doubts(client: TestClient):
    """Fees come with their column names; a figure's date and an unchecked statement are labelled."""
    html = client.post("/", data={"question": "How much does a standard passport cost?"}).text
    assert html.count("<table") == 1
    assert re.findall(r'role="columnheader">([^<]+)', html) == ["Service", "Passport fee"]
    assert "As at 1 July 2026" in html
    html = client.post("/", data={"question": "Must I pay the passport fee by card?"}).text
    assert re.search(r"by card. <a class=.cite.[^<]*</a> <span class=.label warn.>Not checked", html)


def test_the_conversation_goes_on_and_only_there(client: TestClient):
    """A second post with the identifier shows both turns; one without shows a single turn."""
    first = client.post("/", data={"question": RENEW}).text
    kept = identifier(first)
    second = client.post("/", data={"question": "How much does it cost?", "conversation_id": kept}).text
    assert second.count('class="turn"') == first.count('class="turn"') + 1
    assert identifier(second) == kept
    assert identifier(client.post("/", data={"question": RENEW}).text) != kept


def test_an_expired_conversation_is_said_to_be_gone(client: TestClient):
    """The question is still answered, in a new conversation, and the page says so."""
    response = client.post("/", data={"question": RENEW, "conversation_id": "v_gone"})
    assert response.status_code == 200
    assert words("en").interface["expired"] in response.text
    assert identifier(response.text) not in {"", "v_gone"}


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Type a question"),
        ("  ", "Type a question"),
        ("🙂🙂", "Use words"),
        ("a" * 3000, "3,000 characters"),
    ],
)
def test_a_question_that_cannot_be_taken_comes_back_in_its_field(client: TestClient, typed: str, reason: str):
    """Status 422, the reason tied to the field, what was typed still there."""
    response = client.post("/", data={"question": typed})
    assert response.status_code == 422
    assert reason in response.text
    assert 'aria-invalid="true"' in response.text
    assert f">\n{typed}</textarea>" in response.text


def test_what_is_typed_is_text_and_never_markup(client: TestClient):
    """Tags in a question are shown, not run, in the transcript and in the field."""
    attack = '<script>alert(1)</script> passport "><img src=x onerror=alert(1)>'
    for html in (
        client.post("/", data={"question": attack}).text,
        client.post("/", data={"question": attack + "a" * 2000}).text,
    ):
        assert "<script>alert" not in html
        assert "<img" not in html


def test_what_was_encoded_twice_is_decoded_once(client: TestClient):
    """A mark-up that hides in a second encoding stays the text that it is."""
    response = client.post("/", data={"question": "How do I renew %3Cb%3Ea passport%3C/b%3E?"})
    assert "%3Cb%3E" in response.text and "<b>a passport" not in response.text


def test_removed_details_are_named_and_gone(client: TestClient):
    """The page holds what kind of thing was removed, never the thing."""
    html = client.post("/", data={"question": "I am on bob@example.com. " + RENEW}).text
    assert "bob@example.com" not in html
    assert "[an email address, removed]" in html


def test_the_transcript_gives_turns_without_a_page_around_them(client: TestClient):
    """One answer or all of a conversation, for the script; a conversation that is gone is a 404."""
    given = client.post("/v1/answers", json={"question": RENEW}).json()
    whole = client.post("/transcript", data={"conversation_id": given["conversation_id"]}).text
    one = client.post(
        "/transcript", data={"conversation_id": given["conversation_id"], "answer_id": given["id"]}
    ).text
    assert whole == one
    assert one.lstrip().startswith("<section")
    assert client.post("/transcript", data={"conversation_id": "v_gone"}).status_code == 404


def test_a_quote_stands_marked_in_its_stored_passage(client: TestClient):
    """The quote page shows the passage with the very quote marked, and where it comes from."""
    given = client.post("/v1/answers", json={"question": RENEW}).json()
    citation = given["sentences"][0]["citations"][0]
    html = client.get(f"/citations/{citation['id']}").text
    assert f"<mark>{citation['quote']}</mark>" in html
    for shown in (citation["page_version"], citation["title"], "#:~:text=", "What “verified” means"):
        assert shown in html


def test_an_unknown_quote_is_a_page_too(client: TestClient):
    """A cut-off address gives a 404 page that says what to do."""
    response = client.get("/citations/c_nothing")
    assert response.status_code == 404
    assert "There is no such quote" in response.text


def test_a_quote_of_a_page_that_has_changed_leads_to_the_page_as_it_is(empty: TestClient, now):
    """First the old text and that it has changed; once that is not kept, the page; then that it is gone."""
    from dataclasses import replace

    from ingest import prune, remove, sync
    from tests.doubles import Pages, page

    index = empty.app.state.services.index
    old = page("bins", "Rubbish bins are emptied on Monday.")

    def publish(given):
        empty.portal.call(lambda: sync(Pages([given]), index, now=now))

    publish(old)
    cited = empty.post("/v1/answers", json={"question": "When are rubbish bins emptied?"}).json()
    address = f"citations/{cited['sentences'][0]['citations'][0]['id']}"
    publish(replace(old, text="Rubbish bins are emptied on Friday."))
    changed = empty.get(f"/{address}")
    assert "emptied on Monday" in changed.text and "no longer stand on it word for word" in changed.text
    assert empty.get(f"/v1/{address}").json()["stands"] is False

    empty.portal.call(lambda: prune(index, now=now(), keep_published=1))
    past = empty.get(f"/{address}")
    assert (past.status_code, "Monday" in past.text) == (200, False)
    assert "This page has changed since it was quoted" in past.text and old.url in past.text
    assert empty.get(f"/v1/{address}").status_code == 410
    assert old.url in empty.get(f"/v1/{address}").json()["what_to_do"]

    empty.portal.call(lambda: remove([old.url], index, languages=("en",), now=now))
    empty.portal.call(lambda: prune(index, now=now(), keep_published=1))
    assert "no longer among the pages" in empty.get(f"/{address}").text


def test_an_empty_index_is_told_in_words(empty: TestClient):
    """With nothing to search, the page says so and where to ask a person."""
    html = empty.post("/", data={"question": RENEW}).text
    assert "cannot search the pages at the moment" in html
    assert "Citizens Advice Bureau" in html


def test_how_it_works_states_the_installations_own_retention(client: TestClient):
    """The time that is promised is the time that is set."""
    assert "deleted after 2 hours" in client.get("/how-it-works").text


def test_both_languages_have_the_same_interface_words():
    """No page can miss a word in one language; values to be filled in are the same."""
    english, maori = words("en").interface, words("mi").interface
    assert english.keys() == maori.keys()
    for name, text in english.items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", maori[name])), name
    assert len(english["months"].split()) == len(maori["months"].split()) == 12


def test_every_interface_word_is_used():
    """A word that no template shows is taken out, so that nobody translates it for nothing."""
    sources = "".join(path.read_text() for path in (*TEMPLATES.rglob("*.*"), *STATIC.glob("*.js")))
    built = {"months", "date", "broke_off", "unreachable", "busy", "stopped"}
    prefixes = ("error_", "origin_", "language_", "confidence_", "why_", "reason_")
    names = (n for n in words("en").interface if n not in built and not n.startswith(prefixes))
    unused = [name for name in names if not re.search(rf"\b(?:t\.{name}|\"{name}\")", sources)]
    assert unused == []


def test_templates_escape_by_default():
    """Autoescape is on for every template."""
    assert _environment().autoescape is True


def test_every_kind_of_detail_has_words():
    """Nobody is told that some code name was removed: both languages name every kind that is looked for."""
    kinds = {rule.type for rule in Policy.load().identifiers} | {"PERSON", "ADDRESS", "PHONE_NUMBER"}
    for language in ("en", "mi"):
        assert kinds - words(language).redacted.keys() == set()


BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("path", "title"), [("/nowhere", "There is no such page"), ("/nowhere?lang=mi", "Kāore he whārangi pērā")]
)
def test_an_address_that_is_none_is_a_page_for_a_person(client: TestClient, path: str, title: str):
    """A browser gets a page in the reader's language with the way back; a program gets problem details."""
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 404
    assert title in response.text and words("mi" if "mi" in path else "en").interface["back"] in response.text
    told = client.get(path)
    assert (told.status_code, told.json()["type"]) == (404, "/problems/not-found")
    assert client.get("/v1/nowhere", headers=BROWSER).json()["status"] == 404


def test_a_form_that_cannot_be_read_and_a_fault_of_ours_are_pages_too(client: TestClient, monkeypatch):
    """Each with its status; where the service failed, it says whom to ask, and in danger to call 111."""
    refused = client.post("/share", data={"answer_id": "x" * 100}, headers=BROWSER)
    assert refused.status_code == 422 and "That could not be done" in refused.text

    async def broken(*_):
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(client.app.state.services.shares, "read", broken)
    failed = client.get("/shared/s_1", headers=BROWSER)
    assert failed.status_code == 503 and failed.headers["retry-after"] == "5"
    assert "Something went wrong" in failed.text and "111" in failed.text


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT"])
def test_methods_that_a_page_does_not_have_are_refused(client: TestClient, method: str):
    """Nothing is echoed and nothing is done."""
    response = client.request(method, "/", headers={"X-Secret": "echo"})
    assert response.status_code == 405 and "echo" not in response.text


@pytest.mark.parametrize(
    "path", ["/static", "/static/", "/static/../main.py", "/static/%2e%2e/main.py", "/.git/config"]
)
def test_no_folder_is_listed_and_nothing_beside_the_files_is_served(client: TestClient, path: str):
    """Neither what the folder holds nor the code behind it."""
    assert client.get(path).status_code in {404, 405}
