"""Take the pictures in docs/images from a running service with the starter content.

    python scripts/screenshots.py ADDRESS [FOREIGN_PAGE] [--into docs/images]
    CONSOLE_KEY=... python scripts/screenshots.py ADDRESS --console [--into docs/images]

FOREIGN_PAGE is the address of another site's page that embeds the service (tests/journeys/foreign). With
--console it is the console's pages, for whoever has the key of an editor: the newest candidate's page is one
of them. Needs Chromium. Look at each picture afterwards: a picture that nobody looked at shows nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

WIDTHS = {360: 740, 768: 1024, 1440: 900}
CONSOLE = 1200
"""Width of the console's pictures."""
QUESTION = "How do I renew my passport?"
SENTENCE = {"kind": "step", "heading": "How to renew", "language": "en", "checked": True, "number": 1}


def asked(page: Page, question: str) -> None:
    """Ask and wait for the whole answer."""
    page.get_by_label(re.compile("Your question|Tō pātai")).fill(question)
    page.locator("[data-ask] [type=submit]").click()
    page.locator("[data-spoken]").last.wait_for()


def quote(page: Page) -> None:
    """The first citation, open over the answer."""
    asked(page, QUESTION)
    page.locator(".turn .cite").first.click()
    if page.locator("dialog").count():
        page.get_by_role("dialog").wait_for()


def cut(page: Page) -> None:
    """A stream that breaks off after one sentence."""
    cited = [{"id": "c_1", "title": "Passports"}]
    said = SENTENCE | {"text": "Log in with a RealMe login.", "citations": cited}
    body = f"event: sentence\ndata: {json.dumps({'index': 0, 'sentence': said})}\n\n"
    page.route(
        "**/v1/answers", lambda route: route.fulfill(content_type="text/event-stream", body=body), times=1
    )
    page.get_by_label("Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    page.locator("[data-state=broke_off]").wait_for()


def embedded(page: Page) -> None:
    """The assistant open inside another site's page."""
    embed = page.locator("govt-assistant")
    embed.get_by_label("Your question").fill(QUESTION)
    embed.get_by_role("button", name="Ask", exact=True).click()
    embed.get_by_text("Was this helpful?").wait_for()


SHOTS: dict[str, tuple[str, Callable[[Page], None], dict[str, object]]] = {
    "start": ("/", lambda _page: None, {}),
    "first-visit": ("/", lambda page: asked(page, QUESTION), {}),
    "dark": (
        "/",
        lambda page: asked(page, "How much bond can a landlord ask for?"),
        {"color_scheme": "dark"},
    ),
    "quote": ("/", quote, {}),
    "no-script": ("/", lambda page: asked(page, QUESTION), {"java_script_enabled": False}),
    "te-reo": ("/?lang=mi", lambda page: asked(page, "Me pēhea te whakahou i taku uruwhenua?"), {}),
    "crisis": ("/", lambda page: asked(page, "I want to kill myself"), {}),
    "which-one": ("/", lambda page: asked(page, "How do I apply for a visa?"), {}),
    "cut": ("/", cut, {}),
    "other-language": ("/", lambda page: asked(page, "मैं अपना पासपोर्ट कैसे नवीनीकृत करूं?"), {}),
    "te-reo-how": ("/how-it-works?lang=mi", lambda _page: None, {}),
}


def console(page: Page, address: str, into: Path) -> None:
    """The overview, the newest candidate, and the page that it changes."""
    page.goto(f"{address}/console/sign-in")
    page.get_by_label("Your key").fill(os.environ["CONSOLE_KEY"])
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{address}/console")
    page.screenshot(path=into / "console-overview.png")
    page.goto(f"{address}/console/versions")
    page.locator("main tbody th a").first.click()
    page.get_by_role("heading", level=1).wait_for()
    page.set_viewport_size({"width": CONSOLE, "height": 1500})
    page.screenshot(path=into / "console-version.png")
    page.get_by_role("link", name="The page and its history").first.click()
    page.get_by_role("heading", name="History").wait_for()
    page.set_viewport_size({"width": CONSOLE, "height": 1300})
    page.screenshot(path=into / "console-page.png")


def main() -> None:
    """Take all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("foreign", nargs="?")
    parser.add_argument("--into", type=Path, default=Path("docs/images"))
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--console", action="store_true")
    chosen = parser.parse_args()
    shots = {name: (f"{chosen.address}{path}", do, how) for name, (path, do, how) in SHOTS.items()}
    if chosen.foreign:
        shots["embed"] = (chosen.foreign, embedded, {})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        if chosen.console:
            desk = browser.new_page(viewport={"width": CONSOLE, "height": 900})
            console(desk, chosen.address, chosen.into)
            return
        for name, (address, do, how) in shots.items():
            if chosen.only and name not in chosen.only:
                continue
            for width, height in WIDTHS.items():
                page = browser.new_page(viewport={"width": width, "height": height}, **how)
                page.goto(address)
                do(page)
                page.wait_for_timeout(400)
                page.screenshot(path=chosen.into / f"{name}-{width}.png")
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
