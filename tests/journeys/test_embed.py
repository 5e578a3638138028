"""The assistant inside another site's page, shaped like one of www.govt.nz, with a policy of its own."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.journeys.browsing import RENEW, violations
from tests.journeys.conftest import FEES, PASSPORT, RAIHANA
from tests.serving import serving
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.browser

FOREIGN = Path(__file__).parent / "foreign"
POLICY = "default-src 'none'; style-src 'self'; script-src {server}; connect-src {server}; form-action 'none'"


@contextmanager
def another_site() -> Iterator[tuple[str, dict[str, str]]]:
    """Another site's origin, and what its page is told: set `server` before it is visited."""
    told = {"server": ""}

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.split("?")[0].lstrip("/") or "page.html"
            body = (FOREIGN / name).read_text().replace("SERVER", told["server"]).encode()
            self.send_response(200)
            self.send_header(
                "Content-Type", "text/css" if name.endswith("css") else "text/html; charset=utf-8"
            )
            self.send_header("Content-Security-Policy", POLICY.format(server=told["server"]))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            return

    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(FOREIGN)))
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{site.server_port}", told
    site.shutdown()
    site.server_close()


@pytest.fixture(scope="module")
def sites(tmp_path_factory) -> Iterator[tuple[str, str]]:
    """The other site's origin, and that of the service, which allows it."""
    with another_site() as (origin, told):
        folder = tmp_path_factory.mktemp("embedded")
        settings = Settings(data_dir=folder, log_level="ERROR", embed_origins=f"{origin}/", _env_file=None)
        with serving(settings, [PASSPORT, FEES, RAIHANA]) as server:
            told["server"] = server
            yield origin, server


def test_a_question_is_answered_inside_another_sites_page(visit, sites):
    """Notice, steps, quotes, sources and feedback, under the page's own policy, untouched by its styles."""
    origin, server = sites
    page = visit(origin, width=360)
    embed = page.locator("govt-assistant")
    assert "automated assistant, not a person" in embed.locator(".notice").inner_text()
    embed.get_by_label("Your question").fill(RENEW)
    page.keyboard.press("Enter")
    embed.get_by_text("Was this helpful?").wait_for()
    assert embed.locator("ol li").count() == 3
    assert embed.locator(".cite").first.get_attribute("href").startswith(f"{server}/citations/c_")
    assert "Last updated 1 November 2026" in embed.locator(".frame").inner_text()
    assert embed.get_by_role("link", name="0800 22 50 50").get_attribute("href") == "tel:0800225050"
    button = embed.get_by_role("button", name="Ask", exact=True)
    assert button.evaluate("each => getComputedStyle(each).textTransform") == "none"
    assert button.evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(0, 80, 143)"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page, inside="govt-assistant") == []
    embed.get_by_role("button", name="Yes").click()
    embed.get_by_text("Your answer is counted").wait_for()
    assert page.context.cookies() == []
    assert page.faults == []


def test_fees_are_a_table_and_the_conversation_can_be_forgotten(visit, sites):
    """Rows share one table; forgetting deletes the conversation on the server and says so."""
    page = visit(sites[0])
    embed = page.locator("govt-assistant")
    embed.get_by_label("Your question").fill("What is the dog registration fee?")
    embed.get_by_role("button", name="Ask", exact=True).click()
    embed.get_by_text("Was this helpful?").wait_for()
    assert embed.locator("table").count() == 1
    assert embed.locator("th").all_inner_texts() == ["Dog registration", "Dog fee"]
    assert "As at 1 July 2026" in embed.locator("table").inner_text()
    embed.get_by_role("button", name="Forget this conversation").click()
    embed.get_by_text("are gone from the server").wait_for()
    assert page.faults == []


def test_a_page_that_nobody_reviewed_is_labelled(visit, sites):
    """In another language than the element's, and read by no fluent speaker: both stand beside the source."""
    page = visit(sites[0])
    embed = page.locator("govt-assistant")
    embed.get_by_label("Your question").fill("He aha te roa o te raihana taraiwa?")
    page.keyboard.press("Enter")
    embed.get_by_text("Was this helpful?").wait_for()
    labels = embed.locator(".sources li").first.inner_text()
    assert "In te reo Māori" in labels and "Not reviewed by a fluent speaker" in labels
    assert page.faults == []


def test_an_advice_stands_before_the_answer_and_is_no_alarm(visit, sites):
    """Doubt is told before the first sentence, once, and does not look like help in a crisis."""
    origin, server = sites
    answer = httpx.post(f"{server}/v1/answers", json={"question": RENEW}).json()
    doubt = {"language": "en", "text": "I am not sure.", "contacts": [], "version": "1", "reviewed": True}
    told = [
        ("notice", {"reply": doubt, "urgent": False}),
        ("sentence", {"index": 0, "sentence": answer["sentences"][0]}),
        ("final", {"answer": answer | {"notices": [doubt], "sentences": answer["sentences"][:1]}}),
    ]
    body = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in told)
    page = visit(origin)
    allowed = {"Access-Control-Allow-Origin": origin}
    stream = {"content_type": "text/event-stream", "body": body, "headers": allowed}
    page.route("**/v1/answers", lambda route: route.fulfill(**stream))
    embed = page.locator("govt-assistant")
    embed.get_by_label("Your question").fill(RENEW)
    page.keyboard.press("Enter")
    embed.get_by_text("Was this helpful?").wait_for()
    assert embed.locator(".urgent").count() == 0
    said = embed.locator(".answer").inner_text()
    assert said.count("I am not sure.") == 1
    assert said.index("I am not sure.") < said.index(answer["sentences"][0]["text"])


def test_a_page_that_is_not_allowed_keeps_its_plain_link(visit, sites, address):
    """The service that does not know the page's origin gives it nothing but the link that stands there."""
    origin, server = sites
    refused = httpx.get(f"{address}/embed/words/en", headers={"Origin": origin})
    assert "access-control-allow-origin" not in refused.headers
    allowed = httpx.get(f"{server}/embed/words/en", headers={"Origin": origin})
    assert allowed.headers["access-control-allow-origin"] == origin
    page = visit("about:blank")
    page.route("**/embed/words/**", lambda route: route.abort())
    page.goto(origin)
    link = page.get_by_role("link", name="Ask about government services")
    assert link.get_attribute("href") == f"{server}/"
    assert page.locator("govt-assistant textarea").count() == 0


def test_only_what_the_embed_needs_is_open_to_other_origins(sites):
    """Neither pages nor the console's API answer across origins, and never with credentials."""
    origin, server = sites
    for path in ("/", "/how-it-works", "/v1/jobs/j_1", "/v1/chat/completions"):
        assert (
            "access-control-allow-origin" not in httpx.get(server + path, headers={"Origin": origin}).headers
        )
    preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    answered = httpx.options(f"{server}/v1/answers", headers=preflight)
    assert answered.status_code == 200
    assert "access-control-allow-credentials" not in answered.headers
    other = httpx.options(f"{server}/v1/answers", headers={**preflight, "Origin": "https://evil.example"})
    assert other.status_code == 400
