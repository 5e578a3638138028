"""Every page of a citizen in te reo Māori: what is not in te reo Māori is marked up as English."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from assistant import Review, said, show_only_reviewed, words
from assistant.language import signs
from assistant.prose import all_prose
from evals.suite import SUITES
from web.pages.rendering import day
from web.paths import TEMPLATES

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

PAGES = (
    "/",
    "/how-it-works",
    "/about-this-service",
    "/citations/c_nothing",
    "/programme",
    "/programme/nothing",
)
NAMES = re.compile(r"govt-assistant|AI|RealMe|IRD|NHI|Enter|Shift")
VOID = {"meta", "link", "br", "input", "img"}


class Texts(HTMLParser):
    """The texts of a page that are in the page's own language."""

    def __init__(self) -> None:
        super().__init__()
        self.own: list[str] = []
        self.english: list[str] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            spoken = dict(attrs).get("lang") or (self._open[-1][1] if self._open else "")
            self._open.append((tag, spoken))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open and self._open[-1][0] not in {"script", "style", "code"}:
            (self.own if self._open[-1][1] == "mi" else self.english).append(" ".join(data.split()))


def texts(html: str) -> Texts:
    """The page's texts by language."""
    found = Texts()
    found.feed(html)
    return found


@pytest.mark.parametrize("path", PAGES)
def test_what_is_not_marked_as_english_is_te_reo(client: TestClient, path: str) -> None:
    """A screen reader is never given English words to say as te reo Māori."""
    html = client.get(f"{path}?lang=mi").text
    assert '<html lang="mi">' in html
    own = [NAMES.sub("", text) for text in texts(html).own]
    assert [text for text in own if signs(text).english] == []


@pytest.mark.parametrize("path", ["/how-it-works", "/about-this-service"])
def test_headings_and_frame_are_te_reo(client: TestClient, path: str) -> None:
    """Nobody has to read English to find their way; a sentence that nobody could write is in English."""
    html = client.get(f"{path}?lang=mi").text
    for heading in re.findall(r"<h[1-3][^>]*>(.*?)</h[1-3]>", html):
        assert "lang=" not in heading
        assert signs(re.sub(r"<[^>]+>|“.*”", "", heading)).english == 0, heading
    found = texts(html)
    assert len(found.own) > 4 * len(found.english)


def test_english_pages_hold_no_te_reo(client: TestClient) -> None:
    """The same pages in English say the English of each text."""
    for name in ("how.lead", "service.lead"):
        path = {"how": "/how-it-works", "service": "/about-this-service"}[name.partition(".")[0]]
        html = client.get(path).text
        assert all_prose()[name].en.split(".")[0] in html
        assert all_prose()[name].mi not in html


def test_every_text_is_shown_and_takes_the_same_values() -> None:
    """No text is translated for nothing, and none loses a value on its way into te reo Māori."""
    sources = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    figures = {"service.passed", "service.recall_1", "service.declined", "service.facts", "service.citations"}
    shown = figures | {f"service.suite_{each.stem}" for each in SUITES.glob("*.jsonl")}
    assert [name for name in all_prose() if f'"{name}"' not in sources and name not in shown] == []
    for name, held in all_prose().items():
        if held.mi:
            assert sorted(re.findall(r"{\w+}", held.en)) == sorted(re.findall(r"{\w+}", held.mi)), name


def test_an_unreviewed_text_can_be_hidden_by_itself(monkeypatch) -> None:
    """Where only reviewed words are shown, a text that nobody has read is in English and marked up so."""
    read = {"prose.how.lead": Review(all_prose()["how.lead"].mi, "Ā. Kaiarotake", date(2026, 12, 1))}
    module = importlib.import_module("assistant.te_reo_strings")
    monkeypatch.setattr(module, "reviews", lambda: read)
    monkeypatch.setattr(module, "words", lambda language: replace(words("en"), language=language))
    show_only_reviewed(True)
    try:
        assert said("how.lead", "mi").language == "mi"
        assert said("how.reads_title", "mi").language == "en"
    finally:
        show_only_reviewed(False)


def test_dates_are_written_as_each_language_does() -> None:
    """ "1 o Hakihea 2026" in te reo Māori, "1 December 2026" in English."""
    given = date(2026, 12, 1)
    assert day(given, words("mi").interface) == "1 o Hakihea 2026"
    assert day(given, words("en").interface) == "1 December 2026"


def test_hours_of_a_helpline_are_in_te_reo(client: TestClient) -> None:
    """A card in a crisis says in te reo Māori that somebody answers at any hour."""
    html = client.post("/", data={"question": "Kei te hiahia au ki te whakamomori", "lang": "mi"}).text
    assert "24 hāora, ia rā" in html
    assert "24 hours, every day" not in re.sub(r'data-known="[^"]*"', "", html)
