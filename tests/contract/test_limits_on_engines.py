"""What holds of limits on the embedded engines holds on PostgreSQL, a Chroma server and Redis.

The promises are those of tests/web/test_limits.py; only the engines differ.
"""

from tests.web.conftest import client, empty  # noqa: F401 pytest finds fixtures by name here
from tests.web.test_limits import *  # noqa: F403 every promise of that file, on these engines
