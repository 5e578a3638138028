"""What the serving process loads."""

from __future__ import annotations

import subprocess
import sys


def test_the_serving_process_loads_no_training_library():
    """Reading pages again happens in it, so it must stay small: torch and its company are never imported."""
    code = "import sys, web.main, web.cli; print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
