"""What is kept for a time is gone after it, and what a person deletes at once, from PostgreSQL and Redis too.

The promises are those of tests/web/test_expiry.py; only the engines differ.
"""

from __future__ import annotations

import pytest
from redis import Redis

from tests.web.test_expiry import *  # noqa: F403 every promise of that file, on these engines


@pytest.fixture
def remembered(empty_redis):
    """Every key and value of Redis, as text."""

    def read():
        with Redis.from_url(empty_redis) as connection:
            keys = connection.keys()
            texts = [connection.get(key) for key in keys if connection.type(key) == b"string"]
            return repr([*keys, *texts, *(connection.dump(key) for key in keys)])

    return read
