"""Figures that are published in more than one place are the same, and what ships passes its own gate."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COLUMNS = ("passed", "recall@1", "fact recall", "citation validity", "answered or declined rightly")
STATED = {
    "right page first": "recall@1",
    "the fact is shown": "fact recall",
    "citations that verify": "citation validity",
    "declined rightly": "answered or declined rightly",
    "answered or declined rightly": "answered or declined rightly",
}
"""How the release's record names a metric."""


@pytest.fixture(scope="module")
def published():
    """The README's table: by suite, its number of cases, and by metric the mean with its interval."""
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| (\d+) \|(.*)\|$", readme, re.MULTILINE)
    return {
        suite: (int(cases), dict(zip(COLUMNS, map(str.strip, cells.split("|")), strict=True)))
        for suite, cases, cells in rows
    }


def mean(cell):
    """The mean of a cell such as `0.656 [0.607, 0.708]`."""
    return float(cell.split()[0])


def test_what_ships_is_not_below_the_floors_of_its_own_gate(published):
    """An evaluator who runs the gate on a fresh installation is not refused for what everybody knows."""
    policy = tomllib.loads((ROOT / "evals/gates.toml").read_text("utf-8"))["suites"]
    below = [
        (suite, metric, demanded["floor"], figures[metric])
        for suite, demands in policy.items()
        for metric, demanded in demands.items()
        for figures in [published[suite][1]]
        if isinstance(demanded, dict) and "floor" in demanded and figures.get(metric)
        if mean(figures[metric]) < demanded["floor"]
    ]
    assert below == []


def test_the_release_states_the_accuracy_that_was_measured(published):
    """The record of this release says what the README says, with the same intervals and cases."""
    seeds = ROOT / "assistant/programme/seeds/published/customer-and-partnerships.toml"
    records = tomllib.loads(seeds.read_text("utf-8"))["records"]
    (release,) = [each for each in records if each["kind"] == "releases"]
    assert release["fields"]["accuracy"]
    for stated in release["fields"]["accuracy"]:
        cases, figures = published[stated["suite"]]
        cell = figures[STATED[stated["measure"]]]
        told = " to ".join(re.findall(r"[\d.]+", cell)[1:]) or cell
        assert (stated["value"], stated["interval"], stated["cases"]) == (mean(cell), told, cases), stated


def test_every_shipped_suite_is_told_of_with_its_cases(published):
    """The table has a row for each, with as many cases as there are; the documentation says what it asks."""
    shipped = {
        path.stem: len([line for line in path.read_text("utf-8").splitlines() if line.strip()])
        for path in (ROOT / "evals/suites").glob("*.jsonl")
    }
    assert {suite: cases for suite, (cases, _) in published.items()} == shipped
    told = (ROOT / "docs/evaluation.md").read_text("utf-8").partition("## Runs")[0]
    assert [suite for suite in shipped if f"`{suite}`" not in told] == []
