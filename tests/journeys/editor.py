"""An editor's day: a fee changes on a page, and the assistant follows, and goes back again."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.journeys.browsing import add_key, violations
from tests.serving import serving
from tests.web.editing.site import serving_site
from web.access import Role
from web.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

COST = "How much does a standard passport cost?"
FEE = "What is the passport fee in total?"
BODY = (
    "<h2>Passport fee</h2><p>A standard passport costs {fee}.</p>"
    "<p>The passport fee is {fee} in total.</p><h2>How to pay</h2><p>Pay by card or at the counter.</p>"
)


@pytest.fixture(scope="module")
def site():
    """The agency's site, which the editor's colleagues edit."""
    with serving_site() as started:
        started.put("/passport", "Passport fees", BODY.format(fee="$200"))
        started.put("/dogs", "Register a dog", "<p>Register a dog with your council.</p>")
        started.sitemap()
        yield started


@pytest.fixture(scope="module")
def settings(tmp_path_factory, site):
    """An installation that may read the site, and whose suite asks two questions on the fee."""
    folder = tmp_path_factory.mktemp("editor")
    suite = folder / "fees.jsonl"
    cases = [
        {"id": str(number), "question": question, "pages": [f"{site.address}/passport"]}
        for number, question in enumerate((COST, FEE))
    ]
    suite.write_text("\n".join(json.dumps(each) for each in cases), encoding="utf-8")
    return Settings(
        data_dir=folder / "data",
        log_level="ERROR",
        allowed_hosts="127.0.0.1",
        allow_private_addresses=True,
        check_suites=str(suite),
        requests_per_minute=10_000,
        _env_file=None,
    )


@pytest.fixture(scope="module")
def address(settings):
    """Where the service answers, over nothing yet."""
    with serving(settings, []) as served:
        yield served


@pytest.fixture(scope="module")
def key(settings, address):
    """An admin's key, made as the command line makes it."""
    return add_key(settings, Role.ADMIN)


def test_an_edited_fee_is_read_compared_published_and_rolled_back(visit, site, key):
    """In the console's own pages, from signing in to the answer that citizens get; axe finds nothing."""
    page = visit("/console")
    page.get_by_label("Your key").fill(key)
    clean(page, "sign in")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Overview").wait_for()
    clean(page, "overview of an empty index")
    assert "no question can be answered" in page.locator("main").inner_text()

    page.get_by_role("navigation").get_by_role("link", name="Pages", exact=True).click()
    page.get_by_label("Address of a page or a sitemap").fill(f"{site.address}/sitemap.xml")
    page.get_by_role("button", name="Read it", exact=True).click()
    first = check(page)
    publish(page, first)
    assert "$200" in answer(page)

    site.put("/passport", "Passport fees", BODY.format(fee="$250"))
    page.goto("/console/pages")
    page.get_by_label("Words in the title").fill("passport")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("checkbox", name="Choose Passport fees").check()
    clean(page, "pages")
    page.get_by_role("button", name="Read the chosen pages again").click()
    version = check(page)

    changed = page.locator(".passage-change")
    assert set(changed.locator("del").all_text_contents()) == {"removed: $200.", "removed: $200"}
    assert set(changed.locator("ins").all_text_contents()) == {"added: $250.", "added: $250"}
    compared = page.locator(".comparison")
    asked = COST.lower().rstrip("?")  # citizens' own question, counted above
    assert sorted(compared.locator("h3").all_inner_texts()) == sorted((COST, FEE, asked))
    for each in compared.all():
        now, then = each.locator(".side").all_inner_texts()
        assert "$200" in now and "$250" not in now
        assert "$250" in then and "$200" not in then
    page.get_by_label("Question", exact=True).fill(COST)
    page.get_by_role("button", name="Try it").click()
    assert "$250" in page.locator("#tried").inner_text()
    clean(page, "a candidate")
    assert "$200" in answer(page)

    page.goto(f"/console/versions/{version}")
    publish(page, version)
    assert "$250" in answer(page)

    page.goto("/console/versions")
    clean(page, "versions")
    page.get_by_role("link", name=f"Version {first}", exact=True).click()
    page.get_by_label("Reason").fill("The new fee starts next month.")
    page.get_by_role("button", name=f"Roll back to version {first}").click()
    assert "live" in page.locator("h1").inner_text()
    assert "$200" in answer(page)
    page.goto("/console/audit")
    assert "The new fee starts next month." in page.locator("main").inner_text()
    assert page.faults == []


def test_no_console_page_has_a_fault_that_axe_can_find(visit, key):
    """On a phone and on a desk; nothing scrolls sideways on a phone."""
    for width in (360, 1440):
        page = signed_in(visit, key, width=width)
        identifier = page.request.get("/v1/pages").json()["pages"][0]["id"]
        job = page.request.get("/v1/jobs").json()[0]["id"]
        for path in (
            "", "/pages", f"/pages/{identifier}", "/pages/new", "/versions", "/versions/2", "/versions/3",
            "/topics", "/topics/none", "/gaps", "/reports", "/problems",
            "/jobs", f"/jobs/{job}", "/access", "/audit", "/jobs/j_none",
        ):  # fmt: skip
            page.goto(f"/console{path}")
            clean(page, f"{path} at {width}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} scrolls sideways at {width}: {wide}"
            tables = page.locator(".table-frame").evaluate_all(
                "frames => frames.filter(each => each.scrollWidth > each.clientWidth).length"
            )
            assert not tables, f"a table of {path} scrolls sideways at {width}"
        assert page.faults == []


def test_the_same_goes_without_scripts(visit, key):
    """A job is started, looked at again by its link, and leads to its result."""
    page = signed_in(visit, key, java_script_enabled=False)
    page.goto("/console/pages")
    page.get_by_role("checkbox", name="Choose Register a dog").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Read the chosen pages again").click()
    for _ in range(100):
        refresh = page.get_by_role("link", name="Refresh")
        if not refresh.count():
            break
        with page.expect_navigation():
            refresh.click()
    assert "Nothing has changed, so there is no new version." in page.locator("[data-log]").inner_text()


def signed_in(visit, key: str, **options: object) -> Page:
    """A browser whose user is signed in."""
    page = visit("/console", **options)
    page.get_by_label("Your key").fill(key)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()
    return page


def check(page: Page) -> int:
    """Follow the job of a new version and that of its check; then the version's page is open."""
    checked = page.get_by_role("link", name="The check of its answers")
    checked.wait_for()  # the page is read again when its job ends, under whatever looks at it
    clean(page, "a job")
    checked.click()
    page.get_by_role("link", name=re.compile(r"^Version \d+$")).click()
    assert "The check passes" in page.locator("main").inner_text()
    return int(page.url.rsplit("/", 1)[1])


def publish(page: Page, version: int) -> None:
    """Press the button."""
    page.get_by_role("button", name=f"Publish version {version}").click()
    assert "live" in page.locator("h1").inner_text()


def answer(page: Page) -> str:
    """What a citizen is told about the cost."""
    given = page.request.post("/v1/answers", data={"question": COST}).json()
    return " ".join(sentence["text"] for sentence in given["sentences"])


def clean(page: Page, where: str) -> None:
    """Axe finds nothing on the page that is open."""
    assert violations(page) == [], where
