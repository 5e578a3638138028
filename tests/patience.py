"""Time limits of the service that a busy machine must not run into. A test that means one sets it itself."""

from __future__ import annotations

import pytest

LIMITS: dict[str, float] = {
    "ingest.storage.CHECKPOINTS": 100,
    "ingest.index.PATIENCE": 60.0,
    "web.observing.checks.PATIENCE": 60.0,
    "web.redis_server.SECONDS": 60.0,
}
"""Seconds: a version that opens slowly, a dependency that answers slowly, is none that hangs. How often the
log is copied into the file: others that write may go first for long."""


def be_patient(patch: pytest.MonkeyPatch) -> None:
    """Set them, until `patch` is undone."""
    for name, limit in LIMITS.items():
        patch.setattr(name, limit)
