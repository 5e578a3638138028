"""The lists of security requirements are whole, and every line rests on a test or gives its reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

LISTS = Path(__file__).parents[2] / "docs/security"
ROW = re.compile(r"^\| (?P<name>[\w., -]+?) \| .* \| (?P<proof>[^|]+) \|$", re.MULTILINE)

SECTIONS = """
    1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2
    4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2
    7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3
    11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3
    15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2
""".split()
"""Sections of ASVS 5.0.0 with how many requirements each has at levels 1 and 2; they are its first ones.

Counted in its CSV file (github.com/OWASP/ASVS, 5.0/docs_en, read on 2026-11-27).
"""


def rows(name):
    """Each line's first and last cell."""
    text = (LISTS / name).read_text(encoding="utf-8")
    found = [(each["name"], each["proof"]) for each in ROW.finditer(text)]
    return [each for each in found if each[0] not in {"number", "line"}]


def test_every_requirement_of_level_two_has_its_line():
    """All 253 of them, each once."""
    listed = [number for name, _ in rows("asvs.md") for number in re.findall(r"\d+\.\d+\.\d+", name)]
    wanted = []
    for section in SECTIONS:
        number, _, count = section.partition(":")
        wanted += [f"{number}.{at}" for at in range(1, int(count) + 1)]
    assert len(wanted) == 253
    assert sorted(listed) == sorted(wanted)


@pytest.mark.parametrize("name", ["asvs.md", "llm-top-ten.md"])
def test_every_line_has_a_test_or_a_reason(name):
    """None is only claimed."""
    assert len(rows(name)) >= 10
    assert [row for row in rows(name) if "`tests/" not in row[1] and "reason: " not in row[1]] == []
