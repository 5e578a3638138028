"""What a person does with answers and conversations, on pages without script and over the API."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.exc import OperationalError

RENEW = "How do I renew a passport?"


@pytest.fixture
def given(client):
    """An answer of a conversation."""
    return client.post("/v1/answers", json={"question": RENEW}).json()


def named(given):
    """The fields that name an answer."""
    return {"conversation_id": given["conversation_id"], "answer_id": given["id"]}


def test_forgetting_deletes_everything_on_the_server(client, given):
    """Conversation, shared links and reports' texts are gone; a second time there is nothing to delete."""
    page = client.post("/share", data=named(given)).text
    link = re.search(r'href="(http[^"]+/shared/[^"]+)"', page)[1]
    client.post("/v1/feedback", json={**named(given), "kind": "report", "comment": "It is wrong"})
    assert client.get(link).status_code == 200
    gone = client.post("/forget", data={"conversation_id": given["conversation_id"]})
    assert "has been deleted" in gone.text
    assert client.get(f"/v1/conversations/{given['conversation_id']}").status_code == 404
    assert client.get(link).status_code == 404
    feedback = client.app.state.services.feedback
    (item,) = client.portal.call(feedback.items)
    assert (item.question, item.comment) == ("", "")
    again = client.post("/forget", data={"conversation_id": given["conversation_id"]})
    assert "nothing left to delete" in again.text


def test_forgetting_that_failed_half_way_is_completed_when_it_is_asked_again(client, given, monkeypatch):
    """The database was away in between: nothing stays behind that nobody could delete any more."""
    page = client.post("/share", data=named(given)).text
    link = re.search(r'href="(http[^"]+/shared/[^"]+)"', page)[1]
    address = f"/v1/conversations/{given['conversation_id']}"

    async def away(*_):
        raise OperationalError("DELETE", {}, Exception("the database is away"))

    with monkeypatch.context() as patch:
        patch.setattr(client.app.state.services.shares, "forget", away)
        assert client.delete(address).status_code == 503
    assert client.delete(address).status_code == 204
    assert client.get(link).status_code == 404


def test_the_api_reads_and_forgets_a_conversation(client, given):
    """GET gives its answers, DELETE ends it, both are 404 problems afterwards."""
    address = f"/v1/conversations/{given['conversation_id']}"
    assert [each["id"] for each in client.get(address).json()] == [given["id"]]
    assert client.delete(address).status_code == 204
    assert client.delete(address).status_code == client.get(address).status_code == 404


def test_the_conversation_goes_on_in_the_other_language(client, given):
    """The same turns, the page's words in te reo Māori, the next question in the same conversation."""
    html = client.post("/conversation", data={"conversation_id": given["conversation_id"], "lang": "mi"}).text
    assert '<html lang="mi">' in html
    assert html.count("data-answer=") == 1
    assert f'name="conversation_id" value="{given["conversation_id"]}"' in html


def test_a_question_comes_back_to_be_edited(client, given):
    """Without script too: the question stands in the field, without marks of what was removed."""
    html = client.post("/conversation", data={**named(given), "typed": RENEW}).text
    assert f">\n{RENEW}</textarea>" in html
    asked = client.post("/", data={"question": f"My IRD number is 49-091-850. {RENEW}"}).text
    button = re.search(r'name="typed" value="([^"]*)"', asked)[1]
    assert "IRD_NUMBER" not in button
    assert RENEW in button


def test_a_conversation_is_taken_along_as_text(client, given):
    """A text file with question, answer, source and its date; nothing escaped, nothing removed comes back."""
    client.post(
        "/v1/answers",
        json={"question": "I am on bob@example.com. " + RENEW, "conversation_id": given["conversation_id"]},
    )
    response = client.post("/transcript/download", data={"conversation_id": given["conversation_id"]})
    assert response.headers["content-type"].startswith("text/plain")
    assert "attachment" in response.headers["content-disposition"]
    for shown in (
        RENEW,
        "1. Fill in the renewal form. [1]",
        "Last updated 1 November 2026",
        "All answers are automated",
    ):
        assert shown in response.text
    assert "[an email address, removed]" in response.text
    assert "bob@example.com" not in response.text
    assert not re.search(r"&#\d+;|&lt;|<\w+>", response.text)


def test_a_shared_answer_is_a_page_of_its_own(client, given):
    """The answer and the day it was shared; no way into the conversation; its key takes it back."""
    page = client.post("/share", data=named(given)).text
    link = re.search(r'href="(http[^"]+/shared/[^"]+)"', page)[1]
    html = client.get(link).text
    assert "Fill in the renewal form." in html
    assert "was shared on" in html
    assert given["conversation_id"] not in html
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    path = re.search(r'action="(/shared/[^"]+/remove)"', page)[1]
    assert client.post(path, data={"key": "wrong"}).status_code == 404
    assert "The link is gone" in client.post(path, data={"key": key}).text
    assert client.get(link).status_code == 404


def test_no_asks_what_was_wrong_and_the_report_reaches_the_worklist(client, given):
    """Without script: "No" gives the form for reasons; the report is kept, redacted, with its answer."""
    why = client.post("/feedback", data={**named(given), "helpful": "no"}).text
    assert "What is wrong with it?" in why
    thanks = client.post(
        "/feedback",
        data={**named(given), "reason": ["out_of_date", "nonsense"], "comment": "Ring 021 123 4567"},
    ).text
    assert "An editor will look at this" in thanks
    feedback = client.app.state.services.feedback
    report, rating = client.portal.call(feedback.items)
    assert (report.kind, [*report.reasons], rating.helpful) == ("report", ["out_of_date"], False)
    assert "021 123 4567" not in report.comment
    assert report.question == RENEW


def test_feedback_on_what_is_gone_says_so(client, given):
    """A 404 that says to ask again; a comment too long is a 422 and stays in its field."""
    gone = client.post("/feedback", data={"conversation_id": "v_gone", "answer_id": "a_1", "helpful": "yes"})
    assert (gone.status_code, "Ask the question again first" in gone.text) == (404, True)
    long = client.post("/feedback", data={**named(given), "comment": "x" * 1001})
    assert (long.status_code, "x" * 1001 in long.text) == (422, True)
    body = {**named(given), "kind": "report", "comment": "x" * 1001}
    assert client.post("/v1/feedback", json=body).status_code == 422


def test_every_answer_has_a_person_to_go_to(client, given):
    """The page's own contact with its number, and words to read out that hold the redacted question."""
    assert [each["text"] for each in given["contact"]] == ["Phone: 0800 22 50 50"]
    html = client.post("/", data={"question": f"My IRD number is 49-091-850. {RENEW}"}).text
    assert 'href="tel:0800225050"' in html
    summary = html[html.index("<blockquote") : html.index("</blockquote>")]
    assert RENEW in summary
    assert "Renew a passport" in summary
    nothing = client.post("/", data={"question": "Which planet has the most moons?"}).text
    assert "Citizens Advice Bureau" in nothing
    assert "It did not find an answer." in nothing


def test_next_questions_are_the_pages_own_headings(client, given):
    """What is suggested stands on the page, and one press asks it."""
    labels = [each["label"] for each in given["next_questions"]]
    assert labels == ["How much a passport costs"]
    html = client.post("/", data={"question": RENEW}).text
    assert 'value="Renew a passport: How much a passport costs"' in html
