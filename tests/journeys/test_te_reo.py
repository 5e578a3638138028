"""A reader of te reo Māori goes through the whole interface."""

from __future__ import annotations

import re

import pytest

from tests.journeys.browsing import ask, last_answer, violations

pytestmark = pytest.mark.browser

RAIHANA = "He aha te roa o taku raihana taraiwa?"


def test_the_whole_interface_is_in_te_reo(visit):
    """Start, answer, quote, error and choice of language speak te reo Māori, marked up as such."""
    page = visit("/", width=360)
    page.get_by_role("link", name="Te reo Māori").click()
    page.wait_for_url(re.compile(r"lang=mi"))
    assert page.locator("html").get_attribute("lang") == "mi"
    assert page.locator("h1").inner_text() == "Pātai mō ngā ratonga kāwanatanga"
    ask(page, RAIHANA)
    answer = last_answer(page)
    assert "10 tau" in answer.inner_text()
    assert "He whakautu aunoa" in answer.inner_text()
    assert RAIHANA in page.locator(".turn h2").last.inner_text()
    found = {"answer": violations(page)}
    href = answer.locator(".cite").first.get_attribute("href")
    page.goto(href)
    assert page.locator("html").get_attribute("lang") == "mi"
    assert "10 tau" in page.locator("mark").inner_text()
    assert page.locator("h1").inner_text() == "Arowhai i ngā kupu"
    found["quote"] = violations(page)
    page.goto("/?lang=mi")
    page.locator("[data-ask] [type=submit]").click()
    assert "Tuhia he pātai" in page.locator(".error").inner_text()
    found["error"] = violations(page)
    page.goto("/how-it-works?lang=mi")
    assert page.locator(".prose").get_attribute("lang") == "en-NZ"
    found["how"] = violations(page)
    assert page.faults == []
    assert {name: each for name, each in found.items() if each} == {}


def test_english_passages_are_marked_as_english(visit):
    """Asked in te reo Māori, a page in English is quoted in English, marked up and labelled so."""
    page = visit("/?lang=mi")
    ask(page, "Me pēhea te whakahou i taku uruwhenua?")
    quoted = last_answer(page).locator("[lang=en-NZ]", has_text="passport")
    assert quoted.count()
    assert "I te reo Pākehā" in last_answer(page).inner_text()


def test_the_choice_is_remembered_without_a_cookie(visit):
    """Nothing is kept before a choice; then the start page opens in the language chosen, until English is."""
    page = visit("/")
    assert page.evaluate("localStorage.length") == 0
    page.get_by_role("link", name="Te reo Māori").click()
    page.wait_for_url(re.compile(r"lang=mi"))
    page.goto("/")
    page.wait_for_url(re.compile(r"lang=mi"))
    assert page.context.cookies() == []
    page.locator("[data-language] a").click()
    page.wait_for_url(re.compile(r"lang=en"))
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "en-NZ"


def test_without_script_the_address_carries_the_language(visit):
    """The form and every link stay in te reo Māori."""
    page = visit("/?lang=mi", java_script_enabled=False)
    ask(page, RAIHANA)
    assert page.locator("html").get_attribute("lang") == "mi"
    assert "10 tau" in last_answer(page).inner_text()
