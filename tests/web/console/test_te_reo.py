"""The page on which a fluent speaker reads, approves and betters the service's words."""

from __future__ import annotations

import tomllib
import unicodedata

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
