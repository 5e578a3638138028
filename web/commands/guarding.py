"""`guard`: what the guards make of a text, for people and programs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant import Guards, Question, redact_and_screen
from guardrails import GuardrailError, Policy, screen_page
from ingest import IngestError, open_embedder
from web.answering import build_guards
from web.commands import FAILED, PARTLY, WRONG
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from guardrails import Finding


def guard(
    text: Annotated[str | None, typer.Argument(help="The text.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help='JSON lines of {"id", "text"}; - for standard input.')
    ] = None,
    page: Annotated[bool, typer.Option("--page", help="The texts are of pages, not questions.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show verdict, rule, redacted text and findings, for a question or a page's text."""
    if (text is None) == (file is None):
        print("Give either a text or --file.", file=sys.stderr)
        raise typer.Exit(WRONG)
    try:
        settings = Settings()
        policy = Policy.load()
        guards = build_guards(policy, open_embedder(settings.models, model=settings.embedding_model))
        lines = [{"id": "1", "text": text}] if file is None else _read(file)
    except (GuardrailError, IngestError, OSError) as error:
        print(f"{error}\n{getattr(error, 'what_to_do', 'Check the path.')}", file=sys.stderr)
        raise typer.Exit(FAILED) from error
    bad = 0
    for number, line in enumerate(lines, start=1):
        if not isinstance(line, dict) or not isinstance(line.get("text"), str):
            bad += 1
            problem = 'the line is no JSON object with a "text"'
            print(json.dumps({"id": str(number), "error": problem}), flush=True)
            continue
        judged = _page(line["text"]) if page else _question(line["text"], guards)
        row = {"id": line.get("id", str(number)), **judged}
        print(json.dumps(row, ensure_ascii=False) if as_json else _shown(row), flush=True)
    if bad:
        raise typer.Exit(PARTLY)


def _question(text: str, guards: Guards) -> dict[str, Any]:
    screened = redact_and_screen(Question(text), guards=guards)
    verdict = screened.verdict
    return {
        "verdict": verdict.action,
        "category": verdict.category,
        "rule": verdict.rule,
        "signals": list(verdict.signals),
        "redacted": screened.text,
        "findings": _findings(screened.findings),
    }


def _page(text: str) -> dict[str, Any]:
    screening = screen_page(text)
    first = screening.findings[0] if screening.findings else None
    return {
        "verdict": "flag" if first else "pass",
        "category": first.type if first else "",
        "rule": first.rule if first else "",
        "redacted": screening.text,
        "findings": _findings(screening.findings),
    }


def _findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [
        {"type": each.type, "start": each.start, "end": each.end, "score": round(each.score, 3)}
        | {"rule": each.rule}
        for each in findings
    ]


def _shown(row: dict[str, Any]) -> str:
    kinds = ", ".join(each["type"] for each in row["findings"])
    verdict = f"{row['id']}: {row['verdict']} {row['category']} [{row['rule']}]"
    return f"{verdict} {row['redacted']!r} {kinds}".rstrip()


def _read(path: Path) -> Iterable[Any]:
    raw = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    for line in raw.splitlines():
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                yield None
