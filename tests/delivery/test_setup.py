"""Setting up says what it needs before it begins."""

import os
import subprocess
import sys
from pathlib import Path

SETUP = Path(__file__).parents[2] / "scripts/setup"


def test_too_little_room_is_said_before_anything_is_installed(tmp_path: Path) -> None:
    """With how much there is and what to do, before a virtual environment is made."""
    df = tmp_path / "bin/df"
    df.parent.mkdir()
    df.write_text(
        "#!/bin/sh\necho Filesystem 1024-blocks Used Available\necho disk 9000000 8000000 1000000\n"
    )
    df.chmod(0o755)

    done = subprocess.run(
        [SETUP, sys.executable, tmp_path / "venv"],
        env={**os.environ, "PATH": f"{df.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 1
    assert "0 GB free" in done.stderr and "Make room" in done.stderr
    assert not (tmp_path / "venv").exists()
