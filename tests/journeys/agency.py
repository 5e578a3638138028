"""An agency person: from a use case that others already have to a certificate, and to its end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import anyio
import httpx
import pytest

from assistant.programme import GateResult, load_catalogue, record_gate, seed, verifies
from tests.doubles import BagOfWords
from tests.journeys.browsing import add_key, violations
from tests.serving import serving
from web.access import Role
from web.main import services
from web.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

GATE = "letters"
SUMMARY = "A model reads each incoming email and triages it to the queue of the team that can answer."


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """An installation that shows made-up records."""
    folder = tmp_path_factory.mktemp("agency")
    return Settings(data_dir=folder / "data", log_level="ERROR", _env_file=None)


@pytest.fixture(scope="module")
def beside():
    """Runs coroutines beside the browser's loop, which is in this thread."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda work: pool.submit(anyio.run, work).result()


@pytest.fixture(scope="module")
def address(settings, beside):
    """Where the service answers."""

    async def fill() -> None:
        async with services(settings, BagOfWords()) as built:
            await seed(built.programme.register, demonstration=True)

    beside(fill)
    with serving(settings, []) as served:
        yield served


@pytest.fixture(scope="module")
def key(settings, address):
    """An admin's key, made as the command line makes it."""
    return add_key(settings, Role.ADMIN)


@pytest.fixture
def measured(settings, beside):
    """Records the outcome of the gate, as whatever runs evaluations does."""

    def record(*, passed: bool) -> None:
        async def run() -> None:
            async with services(settings, BagOfWords()) as built:
                register, desk = built.programme.register, built.programme.desk
                await record_gate(register, GateResult(GATE, passed, datetime.now(UTC), run="run-1"))
                assert desk.site

        beside(run)

    return record


def test_from_a_use_case_to_a_certificate_and_its_end(visit, address, key, measured):
    """Registered, told of two like it, measured, assured, certified, verified; a failed gate ends it."""
    page = visit("/console")
    page.get_by_label("Your key").fill(key)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Work programme").click()
    clean(page, "programme")

    register_use_case(page)
    similar = page.locator("section[aria-labelledby=view-similar]")
    assert {"Email triage", "Sorting of incoming emails"} <= set(similar.locator("th a").all_text_contents())
    page.get_by_role("button", name="Publish").click()
    assert page.locator("#state").inner_text() == "Published"

    attach_measure(page)
    run_assurance(page)

    draft = draft_certificate(page)
    page.get_by_role("button", name="Issue the certificate").click()
    assert f"gate {GATE} has never run" in page.get_by_role("alert").inner_text()
    measured(passed=True)
    page.goto(draft)
    page.get_by_role("button", name="Issue the certificate").click()
    assert "Serial number" in page.get_by_role("status").inner_text()
    clean(page, "certificate")

    slug = draft.rsplit("/", 1)[1]
    signed = httpx.get(f"{address}/v1/programme/certificates/{slug}/views/document").json()
    public_key = httpx.get(f"{address}/v1/programme/certificates/key").json()["public_key"]
    assert verifies(signed, public_key)
    assert verdict(address, signed) == ("valid", "valid")

    measured(passed=False)
    assert verdict(address, signed) == ("valid", "lapsed")
    page.goto(f"/programme/certificates/{slug}")
    assert "Lapsed" in page.locator("main").inner_text()
    assert f"gate {GATE} failed" in page.locator("main").inner_text()
    clean(page, "lapsed certificate")
    assert not page.faults


def register_use_case(page: Page) -> None:
    """A new use case; what is wrong with the first try is said beside the form."""
    start(page, "AI use cases", "New AI use case")
    clean(page, "form")
    page.get_by_label("Title").fill("Triage of incoming email at the front desk")
    page.get_by_label("Agency", exact=True).fill("Agency of Tests")
    page.get_by_label("Summary").fill(SUMMARY + " Ask mere@example.govt.nz")
    page.get_by_label("Stage").select_option("trial")
    page.get_by_role("button", name="Store as a draft").click()
    assert "personal information" in page.get_by_role("alert").inner_text()
    page.get_by_label("Summary").fill(SUMMARY)
    page.get_by_role("button", name="Store as a draft").click()


def attach_measure(page: Page) -> None:
    """A measure with a reading shows how far it has come."""
    start(page, "Measures", "New measure")
    page.get_by_label("Title").fill("Minutes an email waits")
    page.get_by_label("Use case").select_option(label="Triage of incoming email at the front desk")
    page.get_by_label("How it is counted").fill("Median minutes until the right team opens it.")
    page.get_by_label("Unit").fill("minutes")
    page.get_by_label("Better when").select_option("lower")
    page.get_by_label("Baseline").fill("100")
    page.get_by_label("Target", exact=True).fill("20")
    page.get_by_label("Readings").fill("2026-10-01 | 60")
    page.get_by_role("button", name="Store as a draft").click()
    assert "0.5" in page.locator("section[aria-labelledby=view-progress]").inner_text()


def run_assurance(page: Page) -> None:
    """Every principle gets a result with its reason before the assessment is complete."""
    start(page, "Assurance assessments", "New assurance assessment")
    page.get_by_label("Title").fill("Assessment of email at the front desk")
    page.get_by_label("Use case").select_option(label="Triage of incoming email at the front desk")
    page.get_by_label("Agency", exact=True).fill("Agency of Tests")
    assert "accountable" in page.get_by_label("Principles").input_value()
    answers = [f"{principle} | met | Shown in the trial" for principle in load_catalogue().principles]
    page.get_by_label("Principles").fill("\n".join(answers))
    page.get_by_label("Assessed on").fill("2026-11-27")
    page.get_by_role("button", name="Store as a draft").click()
    page.get_by_role("button", name="Complete").click()
    assert page.locator("#state").inner_text() == "Completed"


def draft_certificate(page: Page) -> str:
    """The checklist with every control settled; gives the record's address."""
    start(page, "Safety and security certificates", "New certificate")
    page.get_by_label("Title").fill("Certificate of email at the front desk")
    page.get_by_label("Use case").select_option(label="Triage of incoming email at the front desk")
    page.get_by_label("Agency", exact=True).fill("Agency of Tests")
    listed = page.get_by_label("Controls").input_value().splitlines()
    assert listed == [control.id for control in load_catalogue().controls]
    page.get_by_label("Controls").fill("\n".join(f"{line} | met | Report 7" for line in listed))
    page.get_by_label("Gates").fill(GATE)
    page.get_by_label("Expires").fill((datetime.now(UTC) + timedelta(days=300)).date().isoformat())
    page.get_by_role("button", name="Store as a draft").click()
    return page.url


def start(page: Page, kind: str, button: str) -> None:
    """From the console's list of kinds to an empty form."""
    page.goto("/console/programme")
    page.get_by_role("link", name=kind, exact=True).click()
    page.get_by_role("link", name=button).click()


def verdict(address: str, signed: object) -> tuple[str, str]:
    """What anyone is told who verifies the document."""
    told = httpx.post(f"{address}/v1/programme/certificates/verify", json=signed).json()
    return told["signature"], told["standing"]


def clean(page: Page, where: str) -> None:
    """The page has no accessibility violation that axe finds."""
    assert not violations(page), where
