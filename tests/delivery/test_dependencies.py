"""Licences are read as they are written, and what was not asked about is never called clean."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "scripts/check_dependencies.py"
ALLOWED = ["mit", "apache", "mpl-2.0"]


@pytest.fixture(scope="module")
def checking():
    """The script."""
    spec = importlib.util.spec_from_file_location("check_dependencies", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("licence", "may"),
    [
        ("MIT License", True),
        ("Apache License, Version 2.0", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-or-later", False),
        ("", False),
    ],
)
def test_a_licence_is_allowed_when_each_part_that_must_be_kept_is(checking, licence, may):
    """A choice may be made; what comes together must be allowed together; none at all is not allowed."""
    assert checking.is_allowed(licence, ALLOWED) is may


def told(monkeypatch, checking, output):
    """The advisory tool says that."""
    ran = subprocess.CompletedProcess([], 0, output, "")
    monkeypatch.setattr(checking.subprocess, "run", lambda *_, **__: ran)


@pytest.mark.parametrize("output", ["", '{"dependencies": [{"name": "a", "skip_reason": "not found"}]}'])
def test_without_the_advisory_service_nothing_is_called_clean(checking, monkeypatch, capsys, output):
    """Offline the check goes on and says NOT CHECKED; where an audit is required it fails."""
    told(monkeypatch, checking, output)
    assert checking.audit(required=False) == []
    assert "NOT CHECKED" in capsys.readouterr().out
    assert checking.audit(required=True)


def test_a_known_vulnerability_is_named_with_the_version_that_mends_it(checking, monkeypatch, capsys):
    """The package, the advisory and what to install instead."""
    hole = '{"id": "PYSEC-1", "fix_versions": ["1.1"]}'
    told(monkeypatch, checking, f'{{"dependencies": [{{"name": "a", "version": "1.0", "vulns": [{hole}]}}]}}')
    assert checking.audit(required=True) == ["a 1.0: PYSEC-1, mended in 1.1"]
    assert "NOT CHECKED" not in capsys.readouterr().out
