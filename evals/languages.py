"""How surely the language of a question is recognised, on labelled sentences of our own.

Half of the sentences are held out: no rule was written with their errors in sight.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass

from assistant import detect
from evals.errors import SuiteError
from evals.guardrail_report import Proportion
from evals.suite import SUITES

SENTENCES = SUITES / "language" / "sentences.jsonl"
TARGET = 0.98
HELD_OUT = "held-out"
_NAMES = {"en": "English", "mi": "te reo Māori", "mixed": "both languages", "other": "other languages"}


@dataclass(frozen=True, slots=True)
class LanguageReport:
    """Shares by half and language, and the sentences taken for another language."""

    rows: tuple[tuple[str, str, str], ...]
    wrong: tuple[str, ...]
    held_out: float

    @property
    def passed(self) -> bool:
        """Whether the held-out half reaches the target."""
        return self.held_out >= TARGET


def score_languages() -> LanguageReport:
    """Recognise every sentence; raises `SuiteError` where the file cannot be read."""
    right: dict[tuple[str, str], list[bool]] = defaultdict(list)
    wrong: list[str] = []
    for case in _sentences():
        found = detect(case["text"])
        hit = found == ("en" if case["language"] == "other" else case["language"])
        right[case["split"], _NAMES[case["language"]]].append(hit)
        right[case["split"], "all"].append(hit)
        if not hit:
            wrong.append(f"{case['id']} ({case['split']}) taken for {found}: {case['text']}")
    rows = [
        (half, group, str(Proportion(sum(hits), len(hits)))) for (half, group), hits in sorted(right.items())
    ]
    held = right[HELD_OUT, "all"]
    return LanguageReport(tuple(rows), tuple(wrong), sum(held) / len(held))


def _sentences() -> list[dict[str, str]]:
    try:
        lines = SENTENCES.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise SuiteError(f"{SENTENCES.name} cannot be read: {error}") from error
