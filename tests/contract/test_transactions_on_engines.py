"""What holds of a transaction on SQLite holds on PostgreSQL."""

from tests.ingest.test_transaction import *  # noqa: F403 every promise of that file, on these engines
