"""ragas' evaluation data set as JSON lines: user_input, reference, reference_contexts, response, contexts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from evals.suite import Case

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from evals.trial import Trial


def rows(text: str) -> Iterator[tuple[int, str]]:
    """Lines that hold something, with their numbers."""
    return ((at, line) for at, line in enumerate(text.split("\n"), start=1) if line.strip())


def case_of_line(at: int, line: str) -> Case:
    """The case of a line as ragas writes it; also by the older names question, ground_truth, contexts."""
    row = json.loads(line)
    if not isinstance(row, dict) or not (row.get("user_input") or row.get("question")):
        raise ValueError("it needs a user_input")
    return case_of(at, row)


def write(cases: Sequence[Case], trials: Sequence[Trial], path: Path) -> None:
    """One row a case; with what was answered and retrieved where there is a trial of it."""
    asked = {trial.case.id: trial for trial in trials}
    lines = [json.dumps(_row(case, asked.get(case.id)), ensure_ascii=False) for case in cases]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def case_of(at: int, row: dict[str, Any]) -> Case:
    """The case that a row holds; `at` names it where it has no id."""
    reference = row.get("reference") or row.get("ground_truth") or ""
    return Case(
        id=str(row.get("id") or f"ragas-{at}"),
        question=_last_question(row.get("user_input") or row["question"]),
        history=_earlier(row.get("user_input")),
        pages=tuple(row.get("reference_context_ids") or ()),
        facts=tuple(row.get("reference_contexts") or ([reference] if reference else [])),
        tags={
            "source": "ragas",
            **({"kind": row["synthesizer_name"]} if row.get("synthesizer_name") else {}),
        },
    )


def _last_question(given: Any) -> str:
    if isinstance(given, str):
        return given
    return str([each["content"] for each in given if each.get("type", "human") == "human"][-1])


def _earlier(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list):
        return ()
    return tuple(str(each["content"]) for each in given if each.get("type", "human") == "human")[:-1]


def _row(case: Case, trial: Trial | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": case.id,
        "user_input": case.question,
        "reference": " ".join(case.facts),
        "reference_contexts": list(case.facts),
        "reference_context_ids": list(case.pages),
    }
    if trial is not None:
        row["response"] = trial.shown
        row["retrieved_contexts"] = trial.quoted.split("\n") if trial.quoted else []
        row["retrieved_context_ids"] = [each.slug or each.url for each in trial.asked.ranked]
    return row
