"""What holds of the index on SQLite and Chroma on disk holds on PostgreSQL and a Chroma server.

The promises are those of tests/ingest/test_sync.py; only the engines differ.
"""

from tests.ingest.test_sync import *  # noqa: F403 every promise of that file, on these engines
