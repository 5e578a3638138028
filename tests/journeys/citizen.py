"""What a citizen does, in a real browser: on a phone, without script, in te reo Māori, in danger, cut off."""

from __future__ import annotations

import pytest

from tests.journeys.browsing import RENEW, ask, cut_off, last_answer

pytestmark = pytest.mark.browser


def test_first_visit_on_a_phone(visit):
    """Notice, question, steps, a quote opened over the answer, a follow-up, and feedback, in one visit."""
    page = visit("/", width=360)
    before = page.locator("main").inner_text().split("In English or te reo")[0]
    for promise in ("automated assistant, not a person", "personal details", "2 hours"):
        assert promise in before
    assert "talk to a person" in page.locator("main").inner_text()
    ask(page, RENEW)
    steps = last_answer(page).locator("ol.steps li")
    assert steps.first.inner_text().startswith("Fill in the renewal form.")
    assert "Not checked against an official source" in steps.nth(1).inner_text()
    assert "Department of Internal Affairs. Last updated 1 November 2026" in last_answer(page).inner_text()
    steps.first.locator(".cite").click()
    dialog = page.get_by_role("dialog")
    assert dialog.locator("mark").inner_text() == "Fill in the renewal form."
    href = dialog.get_by_role("link", name="Open the page").get_attribute("href")
    assert href.endswith("#:~:text=How%20to%20renew%20a%20passport&text=Fill%20in%20the%20renewal%20form.")
    page.keyboard.press("Escape")
    assert steps.first.locator(".cite").evaluate("each => each === document.activeElement")
    ask(page, "What photo does it need?")
    assert page.locator(".turn").count() == 2
    assert "photo" in last_answer(page).locator("[data-spoken]").inner_text()
    last_answer(page).get_by_role("button", name="Yes").click()
    last_answer(page).get_by_text("Your answer is counted").wait_for()
    assert page.faults == []


def test_the_same_visit_without_script(visit):
    """Every step of a visit is a form and a page: answer, quote, follow-up, feedback, and back again."""
    page = visit("/", width=360, java_script_enabled=False)
    ask(page, RENEW)
    last_answer(page).locator("ol.steps .cite").first.click()
    assert page.locator("mark").inner_text() == "Fill in the renewal form."
    page.go_back()
    ask(page, "What photo does it need?")
    assert page.locator(".turn").count() == 2
    last_answer(page).get_by_role("button", name="No", exact=True).click()
    page.get_by_label("It is out of date").check()
    page.get_by_label("Tell us more").fill("The photo rules changed")
    page.get_by_role("button", name="Send report").click()
    assert "An editor will look at this" in page.locator("main").inner_text()
    page.get_by_role("button", name="Back to the conversation").click()
    assert page.locator(".turn").count() == 2


def test_the_same_visit_in_te_reo(visit):
    """Page, answer, quote and feedback in te reo Māori, and every text that nobody reviewed says so."""
    page = visit("/?lang=mi", width=360)
    ask(page, "He aha te roa o taku raihana taraiwa?")
    assert "he 10 tau" in last_answer(page).inner_text()
    assert "Kāore anō kia arotakehia" in last_answer(page).inner_text()
    last_answer(page).locator(".cite").first.click()
    assert "he 10 tau" in page.get_by_role("dialog").locator("mark").inner_text()
    page.keyboard.press("Escape")
    last_answer(page).get_by_role("button", name="Āe").click()
    last_answer(page).get_by_text("Kua tatauria").wait_for()
    assert page.faults == []


def test_a_stream_cut_in_the_middle_goes_on(visit):
    """It is not passed off as an answer; what came stays; "Continue" brings the rest, nothing twice."""
    page = visit("/")
    cut_off(page)
    page.get_by_label("Your question").fill(RENEW)
    page.keyboard.press("Enter")
    page.locator("[data-state=broke_off]").wait_for()
    assert "broke off" in page.locator("[role=status]").inner_text()
    assert "Fill in the renewal form." in last_answer(page).inner_text()
    page.get_by_role("button", name="Continue").click()
    page.locator("[data-spoken]").wait_for()
    assert page.locator(".turn").count() == 1
    assert last_answer(page).locator("ol.steps li").count() == 3
    assert page.locator("[data-log] p").first.inner_text() != "Fill in the renewal form."


def test_the_language_is_switched_and_the_conversation_stays(visit):
    """The link at the top keeps the turns of this tab, now with te reo Māori around them."""
    page = visit("/")
    ask(page, RENEW)
    page.get_by_role("link", name="Te reo Māori").click()
    page.locator(".turn").wait_for()
    assert page.locator("html").get_attribute("lang") == "mi"
    assert "Fill in the renewal form." in last_answer(page).inner_text()


def test_a_question_that_could_mean_several_is_asked_back(visit):
    """Pressing one of the pages offered asks about that page."""
    page = visit("/")
    ask(page, "How do I get a visa?")
    assert "Which one do you mean?" in last_answer(page).inner_text()
    last_answer(page).get_by_role("button", name="Student visa").click()
    page.locator("[data-spoken]").nth(1).wait_for()
    assert "offer of a place" in last_answer(page).inner_text()


def test_a_choice_can_be_pressed_the_moment_it_is_there(visit):
    """Nobody's press is lost while the closing words of the answer wait to be read out."""
    page = visit("/")
    page.evaluate(
        """() => new MutationObserver((_, observer) => {
            const buttons = [...document.querySelectorAll(".turn button")];
            const choice = buttons.find((each) => each.value.includes("Student"));
            if (!choice) return;
            observer.disconnect();
            choice.click();
        }).observe(document.body, { subtree: true, childList: true })"""
    )
    ask(page, "How do I get a visa?")
    page.locator("[data-spoken]").nth(1).wait_for()
    assert "offer of a place" in last_answer(page).inner_text()


def test_forgetting_leaves_nothing(visit):
    """After "Forget this conversation" neither the server nor the browser has it, also on the way back."""
    page = visit("/")
    ask(page, RENEW)
    page.get_by_role("button", name="Forget this conversation").click()
    assert "has been deleted" in page.locator("main").inner_text()
    page.get_by_role("link", name="Back to asking").click()
    assert page.locator(".turn").count() == 0
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0


def test_a_copy_stays_only_where_the_person_chose_so(visit):
    """Nothing outlives the tab by default; ticked, a later visit offers the copy and can delete it."""
    page = visit("/")
    ask(page, RENEW)
    assert page.evaluate("localStorage.length") == 0
    page.get_by_label("Keep a copy in this browser").check()
    later = page.context.new_page()
    later.goto(page.url)
    later.get_by_role("button", name="Show it").click()
    assert "Fill in the renewal form." in last_answer(later).inner_text()
    page.get_by_label("Keep a copy in this browser").uncheck()
    assert page.evaluate("localStorage.length") == 0


def test_an_answer_is_copied_shared_and_asked_again(visit):
    """Copied as text with its source; shared by a link that opens elsewhere; edited to be asked again."""
    page = visit("/", permissions=["clipboard-read", "clipboard-write"])
    ask(page, RENEW)
    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_role("button", name="Copied.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "1. Fill in the renewal form." in copied
    assert "https://www.govt.nz/renew-a-passport/" in copied
    page.get_by_role("button", name="Share by link").click()
    link = page.locator("[data-link]")
    link.wait_for()
    other = page.context.browser.new_page()
    other.goto(link.get_attribute("href"))
    assert "Fill in the renewal form." in other.locator("main").inner_text()
    other.close()
    page.get_by_role("button", name="Edit and ask again").click()
    assert page.get_by_label("Your question").input_value() == RENEW
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


def test_te_reo_answers_are_marked_as_te_reo_and_unreviewed(visit):
    """In te reo Māori the page, the text and its labels say their language, and that nobody reviewed it."""
    page = visit("/?lang=mi")
    assert page.locator("html").get_attribute("lang") == "mi"
    ask(page, "He aha te roa o taku raihana taraiwa?")
    assert "Kāore anō kia arotakehia" in last_answer(page).inner_text()
    page = visit("/")
    ask(page, "He aha te roa o taku raihana taraiwa?")
    assert last_answer(page).locator("[lang=mi]", has_text="he 10 tau").count()
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
