"""Every state that is not a whole answer: no connection, a stop, an expired conversation, a bad question."""

from __future__ import annotations

import json

import pytest

from tests.journeys.browsing import RENEW, ask, cut_off, last_answer

pytestmark = pytest.mark.browser


def test_a_broken_stream_keeps_what_it_showed_with_its_quotes(visit):
    """Sentences that came are still there, labelled and with a link to their quote."""
    page = visit("/")
    cut_off(page, "Half an answer.")
    page.get_by_label("Your question").fill(RENEW)
    page.keyboard.press("Enter")
    page.locator("[data-state=broke_off]").wait_for()
    shown = last_answer(page).locator("li", has_text="Half an answer")
    assert shown.get_by_role("link", name="quote 1 from Passports").get_attribute("href") == "/citations/c_1"
    assert "Not checked against an official source" in shown.inner_text()


def test_help_stays_beside_what_is_said_after_it(visit):
    """While an answer comes, advice does not take the place of help in a crisis, nor look like it."""
    reply = {"language": "en", "contacts": [], "version": "1", "reviewed": True}
    told = [(reply | {"text": "Call 111 now."}, True), (reply | {"text": "I am not sure."}, False)]
    data = [json.dumps({"reply": each, "urgent": urgent}) for each, urgent in told]
    body = "".join(f"event: notice\ndata: {each}\n\n" for each in data)
    page = visit("/")
    page.route("**/v1/answers", lambda route: route.fulfill(content_type="text/event-stream", body=body))
    page.get_by_label("Your question").fill(RENEW)
    page.keyboard.press("Enter")
    page.locator("[data-state=broke_off]").wait_for()
    notices = last_answer(page).locator(".notice")
    assert [each.strip() for each in notices.all_inner_texts()] == ["Call 111 now.", "I am not sure."]
    assert last_answer(page).locator(".notice.urgent").inner_text().strip() == "Call 111 now."


def test_markup_in_a_sentence_is_shown_as_text(visit):
    """Scripts write what the server sends as text: a page that holds markup can run nothing here."""
    page = visit("/")
    hostile = "<img src=x onerror=alert(1)><b>bold</b>"
    cut_off(page, hostile)
    page.get_by_label("Your question").fill(RENEW)
    page.keyboard.press("Enter")
    page.locator("[data-state=broke_off]").wait_for()
    assert hostile in last_answer(page).inner_text()
    assert last_answer(page).locator("img, b").count() == 0


def test_offline_is_said_and_the_question_stays(visit):
    """Without a network nothing is sent, the page says so with the emergency number, and goes on later."""
    page = visit("/")
    page.context.set_offline(True)
    page.get_by_label("Your question").fill(RENEW)
    page.keyboard.press("Enter")
    assert "You are offline" in page.locator("[data-offline]").inner_text()
    assert page.get_by_label("Your question").input_value() == RENEW
    page.context.set_offline(False)
    page.locator("[data-offline]").wait_for(state="hidden")
    ask(page, RENEW)
    assert page.locator(".turn").count() == 1


def test_what_the_server_deleted_is_shown_from_this_tab_and_says_so(visit):
    """A reload after the conversation has expired shows the tab's copy, marked; a new one starts."""
    page = visit("/")
    ask(page, RENEW)
    page.route("**/transcript", lambda route: route.fulfill(status=404, body="{}"))
    page.reload()
    page.locator("[data-local]").wait_for()
    assert "in your browser only" in page.locator("[data-local]").inner_text()
    assert page.locator("[name=conversation_id]").first.input_value() == ""


def test_feedback_that_cannot_be_sent_is_not_lost(visit):
    """A report whose sending fails says so and what was typed stays."""
    page = visit("/")
    ask(page, RENEW)
    page.route("**/feedback", lambda route: route.abort())
    page.get_by_text("Report a problem with this answer").click()
    page.get_by_label("Tell us more").fill("The fee is wrong")
    page.get_by_role("button", name="Send report").click()
    page.get_by_text("That did not work").wait_for()
    assert page.get_by_label("Tell us more").input_value() == "The fee is wrong"


def test_no_connection_keeps_the_question(visit):
    """Without a connection the page says so and keeps the question for another try."""
    page = visit("/")
    page.route("**/v1/answers", lambda route: route.abort())
    page.get_by_label("Your question").fill(RENEW)
    page.keyboard.press("Enter")
    assert "could not reach" in page.locator("[data-state=unreachable]").inner_text()
    assert RENEW in last_answer(page).inner_text()


def test_an_answer_can_be_stopped(visit):
    """The stop button ends the request, says so, and focus stays in the turn."""
    page = visit("/")
    held = []
    page.route("**/v1/answers", lambda route: held.append(route))
    page.get_by_label("Your question").fill(RENEW)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Stop").click()
    page.locator("[data-state=stopped]").wait_for()
    assert page.evaluate("!!document.activeElement.closest('.turn')")
    held[0].abort()


def test_an_expired_conversation_is_left_behind(visit):
    """A question in a conversation that is no more is answered in a new one, and the reader is told."""
    page = visit("/")
    page.locator("[name=conversation_id]").first.evaluate("each => { each.value = 'v_gone' }")
    ask(page, RENEW)
    assert page.locator("[name=conversation_id]").first.input_value() not in {"", "v_gone"}
    assert (
        "Your earlier conversation has been deleted" in page.locator("[data-transcript] > .note").inner_text()
    )
    assert "Your earlier conversation has been deleted" in page.locator("[data-log]").inner_text()


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize(("typed", "says"), [("", "Type a question"), ("a" * 2001, "2,001 characters")])
def test_what_cannot_be_asked_is_explained_beside_the_field(visit, script, typed, says):
    """An empty or too long question comes back with the reason in focus and the text still in the field."""
    page = visit("/", java_script_enabled=script)
    page.get_by_label("Your question").fill(typed)
    page.locator("[data-ask] [type=submit]").click()
    error = page.locator(".error")
    assert says in error.inner_text()
    assert error.evaluate("each => each === document.activeElement")
    assert page.get_by_label("Your question").input_value() == typed
