"""Accessibility and first load in a real browser; docs/accessibility.md says what was checked by hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import RENEW, ask, last_answer, violations

pytestmark = pytest.mark.browser


def test_axe_finds_nothing(visit):
    """axe-core finds no violation on any page or state."""
    page = visit("/", reduced_motion="reduce")
    found = {"start": violations(page)}
    ask(page, RENEW)
    for summary in last_answer(page).locator("summary").all():
        summary.click()
    found["steps, all open"] = violations(page)
    page.get_by_role("button", name="Share by link").click()
    page.locator("[data-link]").wait_for()
    last_answer(page).get_by_role("button", name="No", exact=True).click()
    page.get_by_text("Below you can say what was wrong").wait_for()
    found["shared and not helpful"] = violations(page)
    page.locator(".cite").first.click()
    page.get_by_role("dialog").wait_for()
    found["dialog"] = violations(page)
    page.keyboard.press("Escape")
    shared = page.locator("[data-link]").get_attribute("href")
    ask(page, "What is the dog registration fee?")
    found["table"] = violations(page)
    ask(page, "How do I get a visa?")
    found["asked back"] = violations(page)
    ask(page, "Zebra crossing paint recipes?")
    assert "could not find" in last_answer(page).inner_text()
    found["not found"] = violations(page)
    ask(page, "I want to kill myself")
    found["crisis"] = violations(page)
    page.locator("[data-ask] [type=submit]").click()
    page.locator(".error").wait_for()
    found["error"] = violations(page)
    for path in (
        shared,
        "/shared/s_gone",
        "/how-it-works",
        "/about-this-service",
        "/?lang=mi",
        "/citations/c_nothing",
    ):
        page.goto(path)
        found[path] = violations(page)
    assert {name: each for name, each in found.items() if each} == {}


def test_dark_colours_have_contrast(visit):
    """In dark mode every text of answers, tables, crisis help, forms and errors stands out enough."""
    page = visit("/", color_scheme="dark", reduced_motion="reduce")
    for question in (
        RENEW,
        "What is the dog registration fee?",
        "How do I get a visa?",
        "I want to kill myself",
    ):
        ask(page, question)
    for summary in page.locator("summary").all():
        summary.click()
    page.locator("[data-ask] [type=submit]").click()
    page.locator(".error").wait_for()
    assert violations(page, "color-contrast") == []


def test_sentences_are_read_out_once(visit):
    """A polite log gets each sentence as it comes; the status says when all is there; nothing twice.

    Sentences that come together are one addition: of several at once Orca spoke only the last.
    """
    page = visit("/")
    page.get_by_label("Your question").fill(RENEW)
    page.keyboard.press("Enter")
    page.locator("[data-spoken]").wait_for()
    assert page.evaluate("document.activeElement.matches('.turn h2')")
    (heard,) = page.locator("[data-log] p").all_inner_texts()
    assert heard.count("Fill in the renewal form.") == 1
    assert "Upload a photo of your face. Not checked against an official source. Pay" in heard
    assert page.locator("[data-log]").get_attribute("aria-live") == "polite"
    expect(page.locator("[data-status]")).to_have_text("Answer ready.")
    ask(page, "Zebra crossing paint recipes?")
    expect(page.locator("[data-status]")).to_contain_text("could not find")


def test_keyboard_alone_does_everything(visit):
    """Skip link first; ask, open and leave a quote, report: without a pointer, and focus is never lost."""
    page = visit("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_label("Your question").focus()
    page.keyboard.type(RENEW)
    page.keyboard.press("Enter")
    page.locator("[data-spoken]").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.answer .cite')")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.answer .cite')")
    page.locator(".report summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.get_by_label("It is wrong").is_checked()
    page.get_by_role("button", name="Send report").focus()
    page.keyboard.press("Enter")
    page.get_by_text("An editor will look at this").wait_for()
    assert page.evaluate("document.activeElement.matches('[data-result]')")


def test_colours_and_motion_follow_the_system(visit):
    """With forced colours every control keeps a border; with reduced motion nothing moves."""
    page = visit("/", forced_colors="active", reduced_motion="reduce")
    ask(page, RENEW)
    bordered = "each => getComputedStyle(each).borderTopStyle === 'solid'"
    for name in (".button", ".tool", ".cite", ".label"):
        assert page.locator(name).first.evaluate(bordered), name
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_a_new_answer_without_script_is_where_the_page_opens(visit):
    """A full page after a form post puts focus on the newest answer, not back at the top."""
    page = visit("/", java_script_enabled=False)
    ask(page, RENEW)
    assert page.url.endswith("#latest")
    assert page.locator("#latest").evaluate("each => each === document.activeElement")


@pytest.mark.parametrize("path", ["/", "/how-it-works", "/?lang=mi"])
def test_nothing_scrolls_sideways_at_320(visit, path):
    """At 320 px, as at 400 % zoom, pages and answers fit the width."""
    page = visit(path, width=320)
    if "how" not in path:
        ask(page, "What is the dog registration fee?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize(
    "reader",
    [
        "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }",
        "html { font-size: 200% }",
    ],
)
def test_wider_and_larger_text_fits(visit, reader):
    """With text spaced wider (WCAG 1.4.12) or at 200 %, a phone shows all without going sideways."""
    page = visit("/", width=360, bypass_csp=True)
    for question in ("What is the dog registration fee?", "I want to kill myself", "How do I get a visa?"):
        ask(page, question)
    for summary in page.locator("summary").all():
        summary.click()
    page.add_style_tag(content=reader)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_first_load_is_small_private_and_ours(visit, address):
    """The first load is under 40 KB, asks nobody else for anything and sets no cookie."""
    page = visit("about:blank")
    seen = []
    page.on("requestfinished", lambda request: seen.append((request.url, request.sizes())))
    page.goto("/", wait_until="networkidle")
    assert all(url.startswith(address) for url, _ in seen)
    assert sum(each["responseBodySize"] + each["responseHeadersSize"] for _, each in seen) < 40_000
    assert page.context.cookies() == []
