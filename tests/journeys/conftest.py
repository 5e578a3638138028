"""A served application on a port of its own, and a real browser to visit it with."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, sync_playwright

from ingest import Fact, FactStatus, Origin
from tests.doubles import page
from tests.serving import serving
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip

PASSPORT = page(
    "renew-a-passport",
    "You can renew an adult passport online at www.govt.nz/renew.\n\n"
    "## How to renew a passport\n\n"
    "1. Fill in the renewal form.\n2. Upload a photo of your face.\n3. Pay the renewal fee.\n\n"
    "## Who to contact for help with a passport\n\n- Phone: 0800 22 50 50\n",
    agency="Department of Internal Affairs",
    last_updated=date(2026, 11, 1),
    facts=(Fact("Upload a photo of your face.", FactStatus.UNCHECKED),),
)
FEES = page(
    "what-a-dog-registration-costs",
    "## Dog registration fees\n\n"
    "| Dog registration | Dog fee |\n|---|---|\n| Working dog | $60 |\n| Other dog | $150 |\n",
    agency="Local councils",
    origin=Origin.STARTER,
    facts=(
        Fact("| Working dog | $60 |", FactStatus.READ, as_at=date(2026, 7, 1)),
        Fact("| Other dog | $150 |", FactStatus.READ, as_at=date(2026, 7, 1)),
    ),
)
REFUNDS = page(
    "tax-refunds",
    "Inland Revenue pays a tax refund of over $1 into your bank account.",
    agency="Inland Revenue",
)
RAIHANA = page(
    "te-raihana-taraiwa-driver-licence",
    "## He aha te roa o te raihana taraiwa (driver licence)\n\n"
    "Ko te roa o te raihana taraiwa (driver licence) he 10 tau.\n\n"
    "## Me whakapā ki a wai\n\nWaea atu ki te 0800 822 422 mō tō raihana taraiwa.",
    language="mi",
    reviewed=False,
)
STUDENT = page(
    "student-visa", "## Who can get a visa\n\nYou need an offer of a place to study for a student visa."
)
PARTNER = page("partner-visa", "## Who can get a visa\n\nYou must live together to get a partner visa.")


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the service answers, over six pages."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("served"),
        log_level="ERROR",
        requests_per_minute=10_000,
        _env_file=None,
    )
    with serving(settings, [PASSPORT, FEES, REFUNDS, RAIHANA, STUDENT, PARTNER]) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, gone before coroutine tests of other modules; skips where it is not installed."""
    if not CHROMIUM.exists():
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(autouse=True)
def whole_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A click waits until a page that it leads to has begun; what is counted then must all be there."""

    def waiting(act: Callable[..., None]) -> Callable[..., None]:
        def acted(locator: Locator, *arguments: object, **options: object) -> None:
            act(locator, *arguments, **options)
            locator.page.wait_for_load_state("domcontentloaded")

        return acted

    for name in ("click", "press"):
        monkeypatch.setattr(Locator, name, waiting(getattr(Locator, name)))


@pytest.fixture
def visit(browser: Browser, address: str):
    """Opens a page in a browser profile of its own: `visit("/", width=360, **context_options)`."""
    contexts = []

    def open_page(path: str = "/", *, width: int = 1024, **options: object) -> Page:
        context = browser.new_context(base_url=address, viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        opened = context.new_page()
        opened.set_default_timeout(30_000)
        opened.faults = []
        opened.on("pageerror", lambda error: opened.faults.append(str(error)))
        opened.on("console", lambda said: _note(said, opened.faults))
        opened.goto(path)
        return opened

    yield open_page
    for context in contexts:
        context.close()


def _note(said, faults: list[str]) -> None:
    if said.type == "error" and "Failed to load resource" not in said.text:
        faults.append(said.text)
