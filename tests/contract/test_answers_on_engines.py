"""What holds of answers on the embedded engines holds on PostgreSQL, a Chroma server and Redis.

The promises are those of tests/web/test_answers.py; only the engines differ.
"""

from tests.web.test_answers import *  # noqa: F403 every promise of that file, on these engines
