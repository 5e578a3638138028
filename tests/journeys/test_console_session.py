"""An editor is called away: they are warned, and what they typed is sent after all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.browsing import add_key, violations
from tests.serving import serving
from web.access import Role
from web.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """An installation of its own."""
    return Settings(data_dir=tmp_path_factory.mktemp("session"), log_level="ERROR", _env_file=None)


@pytest.fixture(scope="module")
def address(settings):
    """Where the service answers."""
    with serving(settings, []) as served:
        yield served


@pytest.fixture(scope="module")
def key(settings, address):
    """An editor's key, made as the command line makes it."""
    return add_key(settings, Role.EDITOR)


def sign_in(page: Page, key: str) -> None:
    """By the form."""
    page.get_by_label("Your key").fill(key)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()


def test_who_is_away_is_warned_and_whoever_comes_back_too_late_loses_nothing(visit, key):
    """A button keeps the session; after its end, a new sign-in lets the form be sent."""
    page = visit("/console")
    sign_in(page, key)
    page.clock.install()
    page.goto("/console/pages")
    page.get_by_label("Address of a page or a sitemap").fill("https://www.govt.nz/browse/health/")
    page.clock.fast_forward("28:00")
    page.get_by_text("You will soon be signed out").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Stay signed in").click()
    page.get_by_text("You will soon be signed out").wait_for(state="hidden")
    page.wait_for_load_state("networkidle")  # pressing the button is work too: both ask for the session

    page.clock.fast_forward("28:00")
    page.clock.fast_forward("02:00")
    page.get_by_text("You have been signed out").wait_for()
    page.context.clear_cookies()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="sign in again").click()
    sign_in(opened.value, key)
    page.get_by_text("You have been signed out").wait_for(state="hidden")
    page.get_by_role("button", name="Read it", exact=True).click()
    page.wait_for_url("**/console/jobs/*")
