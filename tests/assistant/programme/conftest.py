"""A register on a database of its own, with a clock that a test can move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.programme import CHECKS, Actor, Register, load_catalogue
from ingest import create_tables, open_engine

EDITOR = Actor("mere", frozenset({"editor"}))


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.now = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)

    def __call__(self):
        return self.now

    def pass_days(self, days):
        """Move on by that many days."""
        self.now += timedelta(days=days)


@pytest.fixture
def clock():
    """A clock to move."""
    return Clock()


@pytest.fixture
async def register(tmp_path, clock):
    """An empty register; what holds an @ counts as personal."""
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'programme.db'}")
    await create_tables(engine)
    yield Register(
        engine,
        load_catalogue(),
        now=clock,
        personal=lambda text: ["EMAIL_ADDRESS"] if "@" in text else [],
        checks=CHECKS,
    )
    await engine.dispose()


@pytest.fixture
def use_case():
    """The values of a use case."""
    return {
        "title": "Sorting letters",
        "agency": "Ministry of Letters",
        "summary": "Sorts incoming letters by what they ask for.",
        "stage": "trial",
        "contact": "mere@letters.govt.nz",
        "tags": ["letters", "sorting"],
        "risk": "low",
    }
