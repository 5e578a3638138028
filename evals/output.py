"""A sheet for other programs and for people who read Markdown: JUnit XML, JSON, tables."""

from __future__ import annotations

from dataclasses import asdict
from math import isnan
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.gates import Verdict
    from evals.intervals import Figure
    from evals.scoring import Sheet

SHOWN = ("passed", "recall@1", "fact recall", "citation validity", "answered or declined rightly")
"""Columns of the table over suites."""


def junit(name: str, sheet: Sheet) -> str:
    """One test case a trial, as CI systems read it; a failure tells what each failing check said."""
    failed = sum(not passed for passed in sheet.passed)
    root = ElementTree.Element(
        "testsuite", name=name, tests=str(len(sheet.trials)), failures=str(failed), errors="0", skipped="0"
    )
    for at, trial in enumerate(sheet.trials):
        seconds = trial.timings.get("total", 0.0) / 1000
        case = ElementTree.SubElement(
            root, "testcase", classname=name, name=_name(trial.case.id, trial.repeat), time=f"{seconds:.3f}"
        )
        if not sheet.passed[at]:
            said = [f"{check}: {sheet.row(at)[check].explanation}" for check in sheet.failing(at)]
            failure = ElementTree.SubElement(case, "failure", message=", ".join(sheet.failing(at)))
            failure.text = "\n".join([trial.case.question, *said])
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def as_json(sheet: Sheet) -> dict[str, Any]:
    """Figures overall and by tag, and each trial's scores."""
    return {
        "figures": _figures(sheet.figures),
        "by_tag": {
            tag: {value: _figures(figures) for value, figures in values.items()}
            for tag, values in sheet.by_tag().items()
        },
        "trials": [
            {
                "id": trial.case.id,
                "repeat": trial.repeat,
                "passed": sheet.passed[at],
                "scores": {
                    name: {
                        "value": None if isnan(score.value) else score.value,
                        "explanation": score.explanation,
                    }
                    for name, score in sheet.row(at).items()
                },
            }
            for at, trial in enumerate(sheet.trials)
        ],
    }


def markdown(title: str, sheet: Sheet) -> str:
    """A heading, the figures as a table, and the cases that failed."""
    lines = [f"## {title}", "", "| metric | mean | 95 % interval | cases |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {each.mean:.3f} | {interval(each)} | {each.n} |" for name, each in sheet.figures.items()
    ]
    failed = [_failure(sheet, at) for at, passed in enumerate(sheet.passed) if not passed]
    return "\n".join([*lines, "", f"{len(failed)} of {len(sheet.trials)} did not pass.", "", *failed]) + "\n"


def table(sheets: Mapping[str, Sheet], columns: Sequence[str] = SHOWN) -> str:
    """One row a suite, as a Markdown table with intervals."""
    lines = ["| suite | cases | " + " | ".join(columns) + " |", "|---|---|" + "---|" * len(columns)]
    for name, sheet in sheets.items():
        cells = [_cell(sheet.figures.get(column)) for column in columns]
        lines.append(f"| `{name}` | {len(sheet.trials)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def verdict_text(verdict: Verdict) -> str:
    """One line a demand, those that are not met first, with their cases."""
    lines = []
    for each in sorted(verdict.findings, key=lambda one: one.met):
        mark = "met   " if each.met else "NOT MET"
        lines.append(f"{mark} {each.suite}: {each.metric} {each.demand}: {each.found}")
        lines += [f"        {case}" for case in each.cases]
    lines.append("The gate is passed." if verdict.passed else "The gate refuses.")
    return "\n".join(lines)


def interval(each: Figure) -> str:
    """As [low, high]."""
    return f"[{each.low:.3f}, {each.high:.3f}]"


def _failure(sheet: Sheet, at: int) -> str:
    trial = sheet.trials[at]
    name = _name(trial.case.id, trial.repeat)
    return f"- `{name}` {_plain(trial.case.question)}: {', '.join(sheet.failing(at))}"


def _cell(each: Figure | None) -> str:
    if each is None:
        return ""
    return "1.000" if each.low == each.high == 1 else f"{each.mean:.3f} {interval(each)}"


def _figures(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {name: asdict(each) for name, each in figures.items()}


def _name(case: str, repeat: int) -> str:
    return f"{case} ({repeat + 1})" if repeat else case


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
