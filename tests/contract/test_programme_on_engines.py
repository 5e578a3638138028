"""The programme's records keep their promises on PostgreSQL as on SQLite."""

from __future__ import annotations

import pytest

from assistant.programme import CHECKS, Register, load_catalogue
from ingest import create_tables, open_engine
from tests.assistant.programme.conftest import Clock, use_case  # noqa: F401  the fixture
from tests.assistant.programme.test_register import (  # noqa: F401  the promises
    test_a_removed_record_is_gone_and_its_history_stays,
    test_lists_are_filtered_sorted_and_paged,
    test_two_people_cannot_overwrite_each_other,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock():
    """A clock to move."""
    return Clock()


@pytest.fixture
async def register(database_url, clock):
    """An empty register on PostgreSQL."""
    engine = open_engine(database_url)
    await create_tables(engine)
    yield Register(engine, load_catalogue(), now=clock, checks=CHECKS)
    await engine.dispose()
