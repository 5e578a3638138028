"""Time limits of the service that a busy machine must not run into. A test that means one sets it itself."""

from __future__ import annotations

import pytest

LIMITS = {
    "ingest.index.PATIENCE": 60.0,
    "web.observing.checks.PATIENCE": 60.0,
    "web.redis_server.SECONDS": 60.0,
}
"""Seconds: a version that opens slowly, a dependency that answers slowly, is none that hangs."""


def be_patient(patch: pytest.MonkeyPatch) -> None:
    """Set them, until `patch` is undone."""
    for name, seconds in LIMITS.items():
        patch.setattr(name, seconds)
