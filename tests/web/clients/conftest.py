"""One service on a real port for the clients of other makers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.serving import serving
from tests.web.conftest import PAGES
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="package")
def address(tmp_path_factory) -> Iterator[str]:
    """Where the service answers."""
    folder = tmp_path_factory.mktemp("clients")
    settings = Settings(data_dir=folder, log_level="ERROR", requests_per_minute=10_000, _env_file=None)
    with serving(settings, PAGES) as served:
        yield served
