"""The page on which a fluent speaker reads, approves and betters the service's words."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from html import unescape

import pytest

from assistant import te_reo_strings
from guardrails import Policy
from tests.web.people import form_token, sign_in
from web.access import Role

STRING = next(each for each in te_reo_strings(Policy.load()) if each.id == "words.outcome.answered")


@pytest.fixture
def reviewer(client):
    """Somebody who may review."""
    return sign_in(client, Role.EDITOR)


def send(client, **fields: str):
    """The form of one string."""
    data = {"string": STRING.id, "text": STRING.text, "reviewer": "Ā. Kaiarotake", "csrf": form_token(client)}
    return client.post("/console/te-reo", data={**data, **fields}, follow_redirects=False)


def test_every_string_is_listed_with_its_source(reviewer) -> None:
    """Words, English, source and the plain statement that nobody has reviewed them."""
    html = reviewer.get("/console/te-reo").text
    assert STRING.text in html and STRING.id in html
    assert "Not reviewed by a fluent speaker" in html
    assert 'lang="mi"' in html


def test_terms_and_pages_are_there_to_be_read_too(reviewer) -> None:
    """Terms by kind with meaning and source, and pages whole; none claims a review."""
    html = reviewer.get("/console/te-reo").text
    assert "Glossary: service (0 of" in html and "Pages written for this project (0 of 1 reviewed)" in html
    asked = [{"group": "glossary agency", "page": number} for number in range(1, 9)]
    terms = "".join(reviewer.get("/console/te-reo", params=each).text for each in asked)
    assert "Te Tari Taake" in terms and "Inland Revenue" in terms and "algorithm-charter" in terms
    pages = reviewer.get("/console/te-reo?group=page").text
    assert "Me whakahou tō raihana taraiwa" in pages and "Not reviewed by a fluent speaker" in pages


def test_a_term_and_a_page_can_be_approved(reviewer) -> None:
    """Whoever approves a term approves its meaning with it; a page's text is kept whole with its approval."""
    term = next(each for each in te_reo_strings(Policy.load()) if each.id == "glossary.agency.Te-Tari-Taake")
    assert "Inland Revenue" in term.text
    sent = send(reviewer, string=term.id, text=term.text)
    assert term.id in reviewer.get(sent.headers["location"]).text
    html = reviewer.get("/console/te-reo?group=page").text
    identifier, text = re.search(r'name="string" value="([^"]+)"><input[^>]* value="([^"]+)"', html).groups()
    assert send(reviewer, string=identifier, text=unescape(text)).status_code == 303
    exported = tomllib.loads(reviewer.get("/console/te-reo/export").text)["review"]
    assert {each["string"] for each in exported} == {term.id, identifier}
    assert "ō raihana" in next(each["text"] for each in exported if each["string"] == identifier)


def test_a_long_group_comes_in_pages_and_a_review_leads_back_to_its_own(reviewer) -> None:
    """Nobody scrolls through hundreds of forms; a page beyond the last is the last."""
    first = reviewer.get("/console/te-reo").text
    assert first.count('name="suggestion"') < 237 and ">Next</a>" in first
    last = reviewer.get("/console/te-reo?group=words&page=9999").text
    identifier = re.findall(r'name="string" value="([^"]+)"', last)[-1]
    string = next(each for each in te_reo_strings(Policy.load()) if each.id == identifier)
    sent = send(reviewer, string=identifier, text=string.text)
    assert identifier in reviewer.get(sent.headers["location"]).text


def test_an_approval_is_kept_and_exported(reviewer) -> None:
    """The file that a maintainer merges holds the text, the reviewer's name and the day."""
    assert send(reviewer).status_code == 303
    assert "Approved by Ā. Kaiarotake" in reviewer.get("/console/te-reo").text
    entry = tomllib.loads(reviewer.get("/console/te-reo/export").text)["review"][0]
    assert (entry["string"], entry["text"], entry["by"]) == (STRING.id, STRING.text, "Ā. Kaiarotake")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_suggestion_keeps_its_macrons(reviewer, form: str) -> None:
    """Composed or combining, better words come back whole and composed, and change nothing by themselves."""
    better = "Anei ngā kōrero kei ngā whārangi: āe, ēnei, īnei, ōna, ū"
    send(reviewer, suggestion=unicodedata.normalize(form, better))
    assert better in reviewer.get("/console/te-reo").text
    assert f"# {better}" in reviewer.get("/console/te-reo/export").text
    assert "[[review]]" not in reviewer.get("/console/te-reo/export").text


def test_words_that_have_changed_are_not_approved(reviewer) -> None:
    """A review of other words than the service now says is refused with what to do."""
    response = send(reviewer, text="He kupu kē")
    assert response.status_code >= 400
    assert "changed" in response.text


def test_citizens_cannot_see_it(client) -> None:
    """Without a sign-in there is no list."""
    assert "words.outcome.answered" not in client.get("/console/te-reo", follow_redirects=False).text
