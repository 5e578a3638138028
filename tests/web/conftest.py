"""A served application over a small index."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from ingest import Fact, FactStatus, Origin
from tests.doubles import BagOfWords, page
from tests.installations import Installations
from web.api import jobs
from web.main import create_app
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSPORT = page(
    "renew-a-passport",
    "You can renew an adult passport online.\n\n"
    "## How to renew a passport\n\n1. Fill in the renewal form.\n2. Upload a photo.\n"
    "3. Pay the renewal fee.\n\n"
    "## How much a passport costs\n\n"
    "| Service | Passport fee |\n|---|---|\n| Standard passport | $100 |\n| Urgent passport | $200 |\n\n"
    "You must pay the passport fee by card.\n\n"
    "## Who to contact for more help\n\n- Phone: 0800 22 50 50\n",
    agency="Department of Internal Affairs",
    topic="passports-citizenship-and-identity",
    last_updated=date(2026, 11, 1),
    origin=Origin.STARTER,
    facts=(
        Fact(
            "| Standard passport | $100 |",
            FactStatus.READ,
            "https://www.passports.govt.nz",
            date(2026, 11, 1),
            date(2026, 7, 1),
        ),
        Fact("You must pay the passport fee by card.", FactStatus.UNCHECKED),
    ),
)  # fmt: skip
LICENCE = page(
    "renew-a-driver-licence",
    "You must renew a driver licence every 10 years. You cannot renew a driver licence by email.",
    agency="NZ Transport Agency",
)
RAIHANA = page(
    "renew-a-driver-licence",
    "Me whakahou tō raihana taraiwa ia 10 tau. Waea atu ki te 0800 822 422.",
    language="mi",
    reviewed=False,
)
PAGES = [PASSPORT, LICENCE, RAIHANA]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation of its own."""
    return Settings(data_dir=tmp_path / "data", log_level="ERROR", _env_file=None)


@pytest.fixture(scope="session", autouse=True)
def looking() -> Iterator[None]:
    """Who follows a job looks again at once, and not twice a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "LOOK_EVERY", 0.02)
        yield


@pytest.fixture(scope="session")
def installations(tmp_path_factory: pytest.TempPathFactory) -> Installations:
    """Data folders to start on."""
    return Installations(tmp_path_factory.mktemp("installations"))


@pytest.fixture
def empty(settings: Settings, installations: Installations) -> Iterator[TestClient]:
    """The service before anything was ingested."""
    installations.copy(settings)
    with TestClient(create_app(settings, embedder=BagOfWords())) as client:
        yield client


@pytest.fixture
def ingested(settings: Settings, installations: Installations) -> None:
    """Three pages are in the index when the service starts."""
    installations.copy(settings, PAGES)


@pytest.fixture
def client(ingested: None, empty: TestClient) -> TestClient:
    """The service over three pages."""
    return empty
