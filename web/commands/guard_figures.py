"""`eval run guardrails`: every guard on its own cases, with its latency."""

from __future__ import annotations

import json

import typer

from assistant import reader
from evals.guardrails import run
from guardrails import Policy, Redactor
from ingest import open_embedder
from web.commands import FAILED
from web.settings import Settings


def score_guards(*, as_json: bool, failures: bool) -> None:
    """Print the figures; ends with code 1 where a target is missed."""
    policy = Policy.load()
    embedder = open_embedder(Settings().models)
    report = run(Redactor(policy), policy, read=reader(embedder), echo=lambda _: None)
    if as_json:
        for row in report.rows:
            values = {"family": row.family, "measure": row.measure, "value": row.value, "text": row.text}
            print(json.dumps(values | {"target": row.target, "met": row.met}, ensure_ascii=False))
    else:
        print(report.text() if failures else report.text().split("\nwrong in ")[0])
    if not report.passed:
        raise typer.Exit(FAILED)
