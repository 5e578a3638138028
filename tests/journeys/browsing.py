"""What every visitor of the chat page does, and the key of whoever works in the console."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import anyio
from axe_playwright_python.sync_playwright import Axe

from web.access.build import build_access
from web.main import database, now

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from web.access import Role
    from web.settings import Settings

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


def violations(page: Page, *rules: str, inside: str | None = None) -> list[str]:
    """What axe-core finds wrong (`inside` an element), with the first place of each; of `rules` or all."""
    options = {"resultTypes": ["violations"], "runOnly": list(rules)} if rules else AXE
    response = Axe().run(page, context=inside, options=options).response
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in response["violations"]]


def cut_off(page: Page, text: str = "Fill in the renewal form.") -> None:
    """The next stream ends after one sentence."""
    sentence = {"text": text, "kind": "step", "heading": "How to renew a passport", "language": "en"}
    sentence |= {"checked": False, "number": 1, "citations": [{"id": "c_1", "title": "Passports"}]}
    body = f"event: sentence\ndata: {json.dumps({'index': 0, 'sentence': sentence})}\n\n"
    page.route(
        "**/v1/answers", lambda route: route.fulfill(content_type="text/event-stream", body=body), times=1
    )


def add_key(settings: Settings, role: Role) -> str:
    """A key for somebody with that role, made as the command line makes it."""

    async def make() -> str:
        async with database(settings) as engine:
            access = build_access(settings, engine, redact=lambda text: text, now=now)
            return await access.keys.add("mere", [role], days=1, by="test")

    with ThreadPoolExecutor(1) as beside:  # the browser's loop runs in this thread
        return beside.submit(anyio.run, make).result()
