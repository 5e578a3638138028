"""One policy and one redactor for all tests of this room: they never change."""

import pytest

from guardrails import Policy, Redactor


@pytest.fixture(scope="session")
def policy():
    """The packaged policy."""
    return Policy.load()


@pytest.fixture(scope="session")
def redactor(policy):
    """A redactor on the packaged policy."""
    return Redactor(policy)
