"""The first start indexes, then serves without what indexing took."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

START = """
import os, sys
from web.commands import serving

async def empty(settings):
    return True

serving._is_empty, serving.with_services = empty, lambda prepare: print("indexed", os.getpid(), flush=True)
serving.serve = lambda: print("served", os.getpid(), sys.argv[1])
getattr(serving, sys.argv[1])()
"""


def test_what_serves_after_indexing_is_a_fresh_program_under_the_same_identifier():
    """Memory is given back, and who started the service can still stop it."""
    ran = subprocess.Popen(
        [sys.executable, "-c", START, "run"], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
    )
    said, _ = ran.communicate(timeout=60)
    assert said.splitlines() == [f"indexed {ran.pid}", f"served {ran.pid} serve"]
