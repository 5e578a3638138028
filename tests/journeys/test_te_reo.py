"""A reader of te reo Māori goes through the whole interface."""

from __future__ import annotations

import re
import unicodedata

import pytest

from assistant.language import signs
from tests.journeys.browsing import ask, last_answer, violations

pytestmark = pytest.mark.browser

NAMES = re.compile(r"govt-assistant|\bAI\b|Enter|Shift|English|www\.govt\.nz|Citizens Advice Bureau")
RAIHANA = "He aha te roa o taku raihana taraiwa?"


def _english(page) -> list[str]:
    """Texts that are seen, are in English, and are not marked up as such."""
    texts = page.evaluate(
        """() => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
        while (walker.nextNode()) {
            const holder = walker.currentNode.parentElement;
            const spoken = holder.closest("[lang]").lang, text = walker.currentNode.data.trim();
            const seen = holder.checkVisibility() && !holder.closest("textarea, code");
            if (spoken === "mi" && text && seen) found.push(text);
        }
        return found;
    }"""
    )
    return [text for text in texts if signs(NAMES.sub("", text)).english]


def _seen(page, faults: dict[str, list[str]], name: str) -> None:
    """What is wrong with the page as it stands: axe-core's findings, and English that is not marked up."""
    assert page.locator("html").get_attribute("lang") == "mi"
    if found := [*violations(page), *_english(page)]:
        faults[name] = found


def test_the_whole_interface_is_in_te_reo(visit):
    """Start, answer, sources, quote, report, share, transcript, and what is deleted: all in te reo Māori."""
    faults: dict[str, list[str]] = {}
    page = visit("/", width=360)
    page.get_by_role("link", name="Te reo Māori").click()
    page.wait_for_url(re.compile(r"lang=mi"))
    assert page.locator("h1").inner_text() == "Pātai mō ngā ratonga kāwanatanga"
    _seen(page, faults, "start")
    ask(page, RAIHANA)
    answer = last_answer(page)
    assert "10 tau" in answer.inner_text()
    assert "He whakautu aunoa" in answer.inner_text()
    assert "Nō hea tēnei" in answer.inner_text()
    assert RAIHANA in page.locator(".turn h2").last.inner_text()
    for folded in answer.locator("details").all():
        folded.evaluate("each => { each.open = true; }")
    assert "Kōrero ki te tangata" in answer.inner_text()
    _seen(page, faults, "answer")
    answer.locator(".cite").first.click()
    assert "10 tau" in page.get_by_role("dialog").locator("mark").inner_text()
    page.keyboard.press("Escape")
    answer.get_by_label("He tawhito").check()
    answer.get_by_role("button", name="Tukuna te pūrongo").click()
    answer.get_by_text("Ka tirohia tēnei e te ētita").wait_for()
    answer.get_by_role("button", name="Āe").click()
    answer.get_by_text("Kua tatauria").wait_for()
    answer.get_by_role("button", name="Tohaina mā te hono").click()
    answer.get_by_role("button", name="Tāruatia te hono").wait_for()
    _seen(page, faults, "feedback and link")
    shared = answer.locator("[data-result] input, [data-result] a").first
    link = shared.evaluate("each => each.href ?? each.value")
    with page.expect_download() as download:
        page.get_by_role("button", name="Tikiake").click()
    transcript = download.value.path().read_text(encoding="utf-8")
    assert "Kōrerorero me govt-assistant" in transcript
    assert RAIHANA in transcript
    page.get_by_role("button", name="Wareware ki tēnei kōrerorero").click()
    page.get_by_text("Kua mukua tō kōrerorero").first.wait_for()
    _seen(page, faults, "forgotten")
    page.goto(f"{link}?lang=mi")
    _seen(page, faults, "link that is gone")
    assert page.faults == []
    assert faults == {}


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/how-it-works", "Me pēhea te mahi a tēnei"),
        ("/about-this-service", "Te pai o tēnei ratonga"),
        ("/citations/c_nothing", "Kāore he kupu pērā"),
        ("/shared/nothing", "He whakautu kua tohaina"),
    ],
)
@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_beside_the_chat_is_in_te_reo(visit, path, title, width):
    """What the service says of itself, and what it says where nothing is, fits every screen."""
    faults: dict[str, list[str]] = {}
    page = visit(f"{path}?lang=mi", width=width)
    assert page.locator("h1").inner_text() == title
    _seen(page, faults, path)
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide
    assert faults == {}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("He aha te utu o te moana?", "Aroha mai, kāore i kitea he whakautu"),
        ("Kei te hiahia au ki te whakamomori", "He āwhina ināianei"),
        ("Ko wai tōku iwi?", "Mā wai e āwhina"),
    ],
)
def test_every_ending_is_in_te_reo(visit, question, said):
    """Nothing found, a crisis, a question that is not answered: words and ways on are te reo Māori."""
    faults: dict[str, list[str]] = {}
    page = visit("/?lang=mi", width=360)
    ask(page, question)
    assert said in last_answer(page).inner_text()
    _seen(page, faults, said)
    page.get_by_role("link", name="Tīmata anō").click()
    page.wait_for_function("!document.querySelector('.turn')")
    page.locator("[data-ask] [type=submit]").click()
    assert "Tuhia he pātai" in page.locator(".error").inner_text()
    _seen(page, faults, "error")
    assert faults == {}


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


def test_combining_macrons_typed_in_a_browser_are_kept(visit):
    """A keyboard that sends a letter and a mark gets the same answer; the question is shown composed."""
    question = "He aha te roa o te raihana taraiwa mō ngā kaumātua?"
    page = visit("/?lang=mi")
    ask(page, unicodedata.normalize("NFD", question))
    assert question in last_answer(page).locator("h2").first.inner_text()
    assert "10 tau" in last_answer(page).inner_text()
    page.reload()
    assert question in last_answer(page).locator("h2").first.inner_text()
