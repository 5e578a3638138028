"""A document that names a test as its proof names one that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = sorted((ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_every_test_that_a_document_names_exists(document):
    """Nobody relies on a proof that was renamed or never written."""
    named = set(re.findall(r"`(tests/[\w/.]+)`", document.read_text(encoding="utf-8")))
    assert [each for each in sorted(named) if not (ROOT / each).exists()] == []
