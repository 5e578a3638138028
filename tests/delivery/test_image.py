"""The image is built by steps that work, and starts what serves."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """What the Dockerfile's own steps made, run without a Docker engine."""
    folder = tmp_path_factory.mktemp("image")
    environment = {
        **os.environ,
        "PARENT_SITE_PACKAGES": sysconfig.get_paths()["purelib"],
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    steps = subprocess.run(
        [sys.executable, ROOT / "scripts/run_dockerfile.py", ROOT, folder],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert steps.returncode == 0, steps.stderr[-2000:]
    return json.loads(steps.stdout.splitlines()[-1])


def test_the_image_serves_and_its_health_check_passes(image, tmp_path):
    """The command that the image starts answers its own health check, from the image's files alone."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place = Path(image["environment"]["GOVT_ASSISTANT_MODELS_DIR"]).parents[1]
    environment = {
        "PATH": f"{place}/opt/venv/bin:/usr/bin:/bin",
        "GOVT_ASSISTANT_DATA_DIR": str(tmp_path / "data"),
        "GOVT_ASSISTANT_MODELS_DIR": image["environment"]["GOVT_ASSISTANT_MODELS_DIR"],
        "GOVT_ASSISTANT_PORT": str(port),
    }
    serve = ["govt-assistant", "serve"]
    assert image["command"][0] == serve[0]
    service = subprocess.Popen(
        [f"{place}/opt/venv/bin/{serve[0]}", *serve[1:]],
        env=environment,
        cwd=tmp_path,
        start_new_session=True,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", service)
        check = subprocess.run(
            [f"{place}/opt/venv/bin/{image['health'][0]}", *image["health"][1:]], env=environment, check=False
        )
        assert check.returncode == 0
    finally:
        os.killpg(service.pid, signal.SIGTERM)
        service.wait(20)


def _wait_for(url: str, service: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert service.poll() is None, "the service ended"
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the service did not come up")
