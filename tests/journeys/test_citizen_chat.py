"""What a citizen does on the chat page, in a real browser."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

RENEW = "How do I renew a passport?"
AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


def ask(page: Page, question: str) -> None:
    """Type a question and wait for its whole answer."""
    before = page.locator("[data-spoken]").count()
    page.get_by_label(re.compile("Your question|Tō pātai")).fill(question)
    page.locator("[data-ask] [type=submit]").click()
    page.locator("[data-spoken]").nth(before).wait_for()


def last_answer(page: Page):
    """The newest turn."""
    return page.locator(".turn").last


def test_first_visit_on_a_phone_to_a_checked_quote(visit):
    """On a phone, a question becomes numbered steps, and a step's number opens the very words it quotes."""
    page = visit("/", width=360)
    assert "automated assistant, not a person" in page.locator("main").inner_text()
    ask(page, RENEW)
    steps = last_answer(page).locator("ol.steps li")
    assert steps.first.inner_text().startswith("Fill in the renewal form.")
    assert "Department of Internal Affairs" in last_answer(page).inner_text()
    assert "Not checked against an official source" in steps.nth(1).inner_text()
    steps.first.locator(".cite").click()
    assert page.locator("mark").inner_text() == "Fill in the renewal form."
    assert ":~:text=Fill%20in" in page.get_by_role("link", name="Open the page").get_attribute("href")
    page.go_back()
    assert page.locator(".turn h2").inner_text().endswith(RENEW)
    assert page.faults == []


@pytest.mark.parametrize("script", [True, False])
def test_rows_become_one_table_and_follow_ups_stay_in_the_conversation(visit, script):
    """With and without JavaScript, fee rows are one table with named columns and both turns stay."""
    page = visit("/", java_script_enabled=script)
    ask(page, RENEW)
    ask(page, "What is the dog registration fee?")
    assert page.locator(".turn").count() == 2
    table = last_answer(page).locator("table")
    assert table.count() == 1
    assert table.locator("th[scope=col]").all_inner_texts() == ["Dog registration", "Dog fee"]
    assert "As at 1 July 2026" in last_answer(page).inner_text()
    assert "Starter content, not official" in last_answer(page).inner_text()
    last_answer(page).locator("tbody .cite").first.click()
    assert page.locator("mark").inner_text().startswith("| Working dog | $60")
    assert page.faults == []


def test_a_new_answer_without_script_is_where_the_page_opens(visit):
    """A full page after a form post puts focus on the newest answer, not back at the top."""
    page = visit("/", java_script_enabled=False)
    ask(page, RENEW)
    assert page.url.endswith("#latest")
    assert page.locator("#latest").evaluate("each => each === document.activeElement")


def test_te_reo_answers_are_marked_as_te_reo_and_unreviewed(visit):
    """In te reo Māori the page, the text and its labels say their language, and that nobody reviewed it."""
    page = visit("/?lang=mi")
    assert page.locator("html").get_attribute("lang") == "mi"
    ask(page, "Me pēhea te whakahou i taku raihana taraiwa?")
    assert "Kāore anō kia arotakehia" in last_answer(page).inner_text()
    page = visit("/")
    ask(page, "Me pēhea te whakahou i taku raihana taraiwa?")
    assert last_answer(page).locator("[lang=mi]", has_text="ia 10 tau").count()
    assert "Not reviewed by a fluent speaker" in last_answer(page).inner_text()


def test_somebody_in_danger_gets_numbers_to_press(visit):
    """A crisis shows help first, with numbers that a phone dials."""
    page = visit("/", width=360)
    ask(page, "I want to kill myself")
    first = last_answer(page).locator("a").first
    assert first.get_attribute("href") == "tel:111"
    assert first.bounding_box()["height"] >= 44
    assert last_answer(page).locator("a[href='sms:1737']").count()


def test_what_was_typed_leaves_the_page_once_it_is_redacted(visit):
    """An IRD number that was typed is nowhere on the page once the answer is there, and the page says why."""
    page = visit("/")
    ask(page, "My IRD number is 49-091-850, when do I get my tax refund?")
    assert "49-091-850" not in page.content()
    assert "[an IRD number, removed]" in last_answer(page).inner_text()
    assert "I removed this from your question" in last_answer(page).inner_text()


def test_a_broken_stream_says_so_and_can_be_asked_again(visit):
    """A stream that ends without its final event is not passed off as an answer; one press asks again."""
    page = visit("/")
    sentence = {"text": "Half an answer.", "kind": "sentence", "heading": None, "language": "en"}
    sentence |= {"checked": False, "citations": [{"id": "c_1", "title": "Passports"}]}
    body = f"event: sentence\ndata: {json.dumps({'index': 0, 'sentence': sentence})}\n\n"
    page.route(
        "**/v1/answers", lambda route: route.fulfill(content_type="text/event-stream", body=body), times=1
    )
    page.get_by_label("Your question").fill(RENEW)
    page.keyboard.press("Enter")
    page.locator("[data-state=broke_off]").wait_for()
    assert "broke off" in page.locator("[role=status]").inner_text()
    shown = last_answer(page).locator("p", has_text="Half an answer")
    assert shown.get_by_role("link", name="quote 1 from Passports").get_attribute("href") == "/citations/c_1"
    assert "Not checked against an official source" in shown.inner_text()
    page.get_by_role("button", name="Ask again").click()
    page.locator("[data-spoken]").wait_for()
    assert page.locator(".turn").count() == 1
    assert "Half an answer" not in page.content()


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
    """A question in a conversation that is no more is answered in a new one."""
    page = visit("/")
    page.locator("[name=conversation_id]").first.evaluate("each => { each.value = 'v_gone' }")
    ask(page, RENEW)
    assert page.locator("[name=conversation_id]").first.input_value() not in {"", "v_gone"}


def test_keyboard_alone_asks_reads_and_hears_once(visit):
    """By keyboard alone: skip link first, Enter asks, focus goes to the turn, the whole is announced once."""
    page = visit("/")
    page.evaluate(
        """() => {
            window.heard = [];
            const status = document.querySelector("[role=status]");
            new MutationObserver(() => heard.push(status.textContent)).observe(status, {childList: true});
        }"""
    )
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_label("Your question").focus()
    page.keyboard.type(RENEW)
    page.keyboard.press("Enter")
    page.locator("[data-spoken]").wait_for()
    assert page.evaluate("document.activeElement.matches('.turn h2')")
    page.wait_for_function("heard.some((each) => each.startsWith('Answer ready.'))")
    heard = page.evaluate("heard")
    assert len(heard) == 2
    assert "Fill in the renewal form." in heard[-1]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.answer') !== null")


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


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing(visit, colours):
    """axe-core finds no violation on any page or state, in light and dark."""
    page = visit("/", color_scheme=colours, reduced_motion="reduce")
    found = {"start": violations(page)}
    ask(page, RENEW)
    found["steps"] = violations(page)
    ask(page, "What is the dog registration fee?")
    found["table"] = violations(page)
    last_answer(page).locator(".cite").first.click()
    found["quote"] = violations(page)
    for name, path in (
        ("how", "/how-it-works"),
        ("te reo", "/?lang=mi"),
        ("no quote", "/citations/c_nothing"),
    ):
        page.goto(path)
        found[name] = violations(page)
    page.goto("/?lang=en")
    ask(page, "Zebra crossing paint recipes?")
    assert "could not find" in last_answer(page).inner_text()
    found["not found"] = violations(page)
    ask(page, "I want to kill myself")
    found["crisis"] = violations(page)
    page.goto("/?lang=en")
    page.locator("[data-ask] [type=submit]").click()
    page.locator(".error").wait_for()
    found["error"] = violations(page)
    assert {name: each for name, each in found.items() if each} == {}


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, with the first place of each."""
    response = Axe().run(page, options=AXE).response
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in response["violations"]]


@pytest.mark.parametrize("path", ["/", "/how-it-works", "/?lang=mi"])
def test_nothing_scrolls_sideways_at_320(visit, path):
    """At 320 px, as at 400 % zoom, pages and answers fit the width."""
    page = visit(path, width=320)
    if "how" not in path:
        ask(page, "What is the dog registration fee?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_first_load_is_small_private_and_ours(visit, address):
    """The first load is under 60 KB, asks nobody else for anything and sets no cookie."""
    page = visit("about:blank")
    seen = []
    page.on("requestfinished", lambda request: seen.append((request.url, request.sizes())))
    page.goto("/", wait_until="networkidle")
    assert all(url.startswith(address) for url, _ in seen)
    assert sum(each["responseBodySize"] + each["responseHeadersSize"] for _, each in seen) < 60_000
    assert page.context.cookies() == []
