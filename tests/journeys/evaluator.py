"""What an evaluator does, in a real browser: run, read, change a threshold, compare, refuse, mend, pass."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import anyio
import pytest

from tests.doubles import BagOfWords, page
from tests.journeys.browsing import violations
from tests.serving import serving
from web.access import Role
from web.main import services
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.browser

PAGES = [
    page("renew-a-passport", "You can renew a passport online.\n\nA standard passport costs $100."),
    page("register-a-dog", "You must register a dog by 3 months.\n\nA dog registration costs $60."),
    page("book-a-hut", "You can book a hut online.\n\nA hut ticket costs $25."),
]
ASKED = {
    "passport": ("what does a standard passport cost", "renew-a-passport", "$100"),
    "dog": ("what does a dog registration cost", "register-a-dog", "$60"),
    "hut": ("what does a hut ticket cost", "book-a-hut", "$25"),
    "wrong": ("can I renew a passport online", "renew-a-passport", "$999"),
}
POLICY = '[suites.small]\n"fact recall" = { floor = 0.7, fall = 0.1 }\n'


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Where the service answers, and an evaluator's key."""
    folder = tmp_path_factory.mktemp("evaluator")
    (folder / "data" / "suites").mkdir(parents=True)
    cases = [
        {"id": name, "question": text, "pages": [f"https://www.govt.nz/{slug}/"], "facts": [fact]}
        for name, (text, slug, fact) in ASKED.items()
    ]
    (folder / "data" / "suites" / "small.jsonl").write_text("\n".join(map(json.dumps, cases)))
    (folder / "gates.toml").write_text(POLICY)
    settings = Settings(
        data_dir=folder / "data", gate_policy=folder / "gates.toml", log_level="ERROR", _env_file=None
    )

    async def add_key() -> str:
        async with services(settings, BagOfWords()) as built:
            return await built.access.keys.add("aroha", [Role.EVALUATOR], days=1, by="test")

    with ThreadPoolExecutor(1) as apart:  # the browser's driver has this thread's loop
        key = apart.submit(anyio.run, add_key).result()
    with serving(settings, PAGES) as served:
        yield served, key


@pytest.fixture
def desk(browser, address):
    """A browser in which an evaluator is signed in."""
    served, key = address
    context = browser.new_context(base_url=served, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    opened.goto("/console/sign-in")
    opened.locator("input[name=key]").fill(key)
    opened.get_by_role("button", name="Sign in").click()
    opened.get_by_role("link", name="Evaluations").click()
    yield opened
    context.close()


def run(desk, configuration: str = "served") -> str:
    """Start a run, wait for its job, open it; the number of the run."""
    desk.goto("/console/evaluations")
    desk.get_by_label("Suite", exact=True).select_option("small")
    desk.get_by_label("Configuration", exact=True).select_option(configuration)
    desk.get_by_role("button", name="Start the run").click()
    link = desk.get_by_role("link", name="of small")
    for _ in range(60):
        if link.count():
            break
        desk.wait_for_timeout(250)
        desk.reload()
    link.click()
    desk.get_by_role("link", name="Open the report").wait_for()
    return desk.url.rsplit("/", 1)[1]


def save(desk, name: str, cut: str) -> None:
    """Save the numbers that are served, with another threshold."""
    desk.goto(f"/console/evaluations/configurations?name={name}")
    text = desk.get_by_label("What it changes")
    lines = text.input_value().split("\n")
    changed = [f"cut = {cut}" if line.startswith("cut = ") else line for line in lines]
    desk.get_by_label("Name", exact=True).fill(name)
    text.fill("\n".join(changed))
    desk.get_by_role("button", name="Save").click()
    desk.get_by_role("link", name=name).wait_for()


def demand(desk, floor: str, why: str) -> None:
    """Change the floor of the facts in the gate's policy."""
    desk.goto("/console/evaluations/gate")
    desk.get_by_role("link", name="Change the policy").click()
    desk.get_by_role("link", name="Change what is demanded of small").click()
    desk.get_by_label("Floor of fact recall").fill(floor)
    desk.get_by_label("Why", exact=True).first.fill(why)
    assert violations(desk) == []
    desk.get_by_role("button", name="Save").click()


def test_run_read_change_compare_refuse_mend_pass(desk):
    """The whole of an evaluator's work, from the first run to a gate that passes again."""
    first = run(desk)
    assert violations(desk) == []

    desk.get_by_role("link", name="Open the report").click()
    assert desk.locator("svg.plot").count() >= 3
    desk.get_by_role("link", name="wrong").click()
    section = desk.locator("section.case")
    assert "missing: $999" in section.inner_text() and "is page 1 of" in section.inner_text()
    assert violations(desk) == []
    section.get_by_role("link", name="Replay this case").click()
    desk.get_by_text("the same answer, to the byte").wait_for()
    assert violations(desk) == []

    desk.goto(f"/console/evaluations/runs/{first}")
    desk.get_by_role("button", name="Accept as the standard").click()
    desk.get_by_role("heading", name="The gate passes").wait_for()

    demand(desk, "eight", "a slip")
    desk.get_by_role("alert").get_by_text("is 'eight', which is no number").wait_for()
    demand(desk, "0.8", "four of five facts")
    desk.get_by_role("heading", name="The gate refuses").wait_for()
    assert desk.get_by_role("link", name="wrong").count() == 1
    demand(desk, "0.7", "three of four for now")
    desk.get_by_role("heading", name="The gate passes").wait_for()
    desk.goto("/console/evaluations/gate/policy")
    assert "four of five facts" in desk.locator("main").inner_text()
    assert violations(desk) == []

    save(desk, "stricter", "1.0")
    second = run(desk, "stricter")
    desk.get_by_role("button", name="Compare").click()
    assert f"Run {first} and run {second}" in desk.locator("h1").inner_text()
    broken = desk.locator("#broken ~ details")
    assert broken.count() == 3
    broken.first.locator("summary").click()
    assert "declined" in broken.first.inner_text()
    assert violations(desk) == []

    desk.goto("/console/evaluations/gate")
    desk.get_by_role("heading", name="The gate refuses").wait_for()
    assert violations(desk) == []
    desk.get_by_role("link", name="passport").first.click()
    assert "what does a standard passport cost" in desk.locator("main").inner_text()

    save(desk, "stricter", "0.0")
    run(desk, "stricter")
    desk.goto("/console/evaluations/gate")
    desk.get_by_role("heading", name="The gate passes").wait_for()
