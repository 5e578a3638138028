"""Under attack the browser works by itself, and without a script the page waits."""

from __future__ import annotations

import pytest

from tests.journeys.browsing import RENEW, ask, last_answer, violations
from tests.journeys.conftest import PASSPORT
from tests.serving import serving
from web import challenge
from web.settings import Settings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A service that asks work of each question."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("attacked"), challenge="always", log_level="ERROR", _env_file=None
    )
    with serving(settings, [PASSPORT]) as served:
        yield served


def test_the_browser_does_the_work_by_itself(visit):
    """The citizen asks and is answered; nothing has to be solved, and no policy of the page is broken."""
    page = visit("/", width=360)
    ask(page, RENEW)
    assert last_answer(page).locator("ol.steps li").first.inner_text().startswith("Fill in the renewal")
    assert page.faults == []


def test_without_a_script_the_page_says_how_long_to_wait(visit, monkeypatch):
    """The question stays in its field, and pressing the button after that time asks it."""
    monkeypatch.setattr(challenge, "WAIT_SECONDS", 1)
    page = visit("/", width=360, java_script_enabled=False)
    page.get_by_label("Your question").fill(RENEW)
    page.locator("[data-ask] [type=submit]").click()
    assert "Wait 1 seconds, then press Ask." in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Your question").input_value() == RENEW
    page.wait_for_timeout(2_000)
    page.locator("[data-ask] [type=submit]").click()
    assert last_answer(page).locator("ol.steps li").count() == 3


@pytest.mark.parametrize("width", [360, 1440])
def test_the_page_that_waits_has_no_fault_that_axe_can_find(visit, width):
    """Also in te reo Māori."""
    for language in ("en", "mi"):
        page = visit(f"/?lang={language}", width=width)
        page.route("**/v1/answers", lambda route: route.abort())
        page.evaluate("document.querySelector('[data-ask] textarea').value = 'Passport?'")
        page.evaluate("document.querySelector('[data-ask]').submit()")
        page.get_by_role("alert").wait_for()
        assert violations(page) == []
