"""The first start indexes, then serves without what indexing took."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ingest import IngestError
from web.main import create_app

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


def test_a_start_that_fails_ends_with_what_to_do(settings):
    """Whoever reads the last lines of the log knows what to look at."""
    settings.data_dir.mkdir()
    (settings.data_dir / "models").write_text("a file where the folder should be")
    with pytest.raises(IngestError) as failed, TestClient(create_app(settings)):
        pass
    assert "Check that the folder can be written" in failed.value.__notes__[-1]
