"""A service of an installation, started as an operator starts it, for a bench to measure."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 120.0
TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(
    data: Path, models: Path, script: Path | None = None, *, most: int = 64
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The process and its address; `script` is a scripted model server, `most` may wait."""
    port, model_port = _free_port(), _free_port()
    environment = {
        **os.environ,
        "GOVT_ASSISTANT_DATA_DIR": str(data),
        "GOVT_ASSISTANT_MODELS_DIR": str(models),
        "GOVT_ASSISTANT_PORT": str(port),
        "GOVT_ASSISTANT_PUBLIC_URL": "http://127.0.0.1:8000",  # in records' pages, which must not change
        "GOVT_ASSISTANT_REQUESTS_PER_MINUTE": "1000000",
        "GOVT_ASSISTANT_SESSION_REQUESTS_PER_MINUTE": "1000000",
        "GOVT_ASSISTANT_ANSWER_CACHE_MINUTES": "0",
        "GOVT_ASSISTANT_QUESTIONS_WAITING": str(most),
        "GOVT_ASSISTANT_LOG_LEVEL": "ERROR",
    }
    model = None
    if script is not None:
        model = subprocess.Popen([sys.executable, str(script), str(model_port)], stdout=subprocess.DEVNULL)
        environment["GOVT_ASSISTANT_MODEL"] = "scripted"
        environment["GOVT_ASSISTANT_OPENAI_BASE_URL"] = f"http://127.0.0.1:{model_port}/v1"
    service = subprocess.Popen(
        [sys.executable, "-m", "web", "serve"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        yield service, f"http://127.0.0.1:{port}"
    finally:
        for process in (service, model):
            if process is not None:
                process.terminate()
                process.wait(15)


def wait_until_ready(process: subprocess.Popen[bytes], address: str) -> None:
    """Return as soon as questions can be answered; ends the run where that does not come."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with suppress(httpx.HTTPError):
            if httpx.get(f"{address}/readyz", timeout=5, trust_env=False).is_success:
                return
        time.sleep(0.05)
    raise SystemExit("The service did not become ready. Ingest the starter content into that folder first.")


def processor_seconds(pid: int) -> float:
    """Processor time that the process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
