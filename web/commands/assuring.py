"""`eval assurance`: a dated evidence pack from the latest runs, the guards, the index and the policy."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import reader
from evals import RunState
from evals.assurance import Known, Pack, assurance
from evals.guardrails import run as score_guards
from guardrails import Policy, Redactor
from web.commands import with_services
from web.pages.rendering import render
from web.reports import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals import Run
    from evals.guardrail_report import Row
    from web.main import Services


def make_pack(
    folder: Annotated[Path, typer.Argument(help="Folder to write assurance.html and assurance.json into.")],
    guards: Annotated[
        bool, typer.Option("--guards/--no-guards", help="Measure the guards now; takes a minute.")
    ] = True,
    base: Annotated[str, typer.Option(help="Address of the console that links lead to.")] = "",
) -> None:
    """Write the evidence pack: each line has evidence with a link to its run, or says that there is none."""

    async def work(built: Services) -> Pack:
        known = Known(
            runs=await _latest(built),
            guards=_guards(built) if guards else (),
            index=await _index(built),
            policy=_policy(built),
        )
        return assurance(known, built.now(), base)

    pack = with_services(work)
    folder.mkdir(parents=True, exist_ok=True)
    page = render("report/assurance.html", "en", pack=pack, style=style())
    (folder / "assurance.html").write_text(page, encoding="utf-8")
    told = json.dumps(asdict(pack), ensure_ascii=False, indent=1, default=str)
    (folder / "assurance.json").write_text(told, encoding="utf-8")
    lines = sum(len(each.lines) for each in pack.frameworks)
    print(f"{lines} lines, {pack.without} of them without evidence: {folder / 'assurance.html'}")


async def _latest(built: Services) -> dict[str, Run]:
    """The newest finished run of each suite, as the assistant is served."""
    found: dict[str, Run] = {}
    for run in await built.runs.list(limit=1_000):
        if run.state is RunState.FINISHED and run.configuration_name == "served":
            found.setdefault(run.suite, run)
    return found


def _guards(built: Services) -> Sequence[Row]:
    policy = Policy.load()
    embedder = built.index.embedder
    return score_guards(Redactor(policy), policy, read=reader(embedder), echo=lambda _: None).rows


async def _index(built: Services) -> dict[str, str]:
    snapshot = await built.index.live()
    version = await built.catalog.version(snapshot.version)
    pages = [each.page for each in snapshot.pages]
    dated = sum(each.last_updated is not None for each in pages)
    facts = [fact for each in pages for fact in each.facts]
    unchecked = sum(fact.status == "unchecked" for fact in facts)
    published = f"{version.published_at:%Y-%m-%d}" if version.published_at else "not dated"
    versions = await built.catalog.versions()
    return {
        "live version": f"{snapshot.version}, published {published}, {len(pages)} pages, "
        f"{dated} of them dated, embedded with {version.embedder}",
        "unchecked facts": f"{unchecked} of {len(facts)} recorded facts were not found in an official source",
        "history": f"{len(versions)} versions are kept, each of which can answer again",
    }


def _policy(built: Services) -> dict[str, str]:
    settings = built.settings
    model = f"{settings.model} at {settings.openai_base_url or 'its maker'}" if settings.model else ""
    return {
        "gate": f"{settings.gate_policy.name if settings.gate_policy else 'the shipped policy'} says what is "
        "demanded before a version is published",
        "guardrails": f"{len(Policy.load().identifiers)} kinds of identifiers are recognised by rules",
        "retention": f"conversations are deleted {settings.conversation_hours:g} hours after the last "
        f"question, counts of questions after {settings.question_days} days",
        "limits": f"{settings.requests_per_minute} questions a minute from one address, "
        f"{settings.session_requests_per_minute} in one conversation, "
        f"{settings.key_requests_per_minute} with one key, "
        f"{settings.model_tokens_per_day} tokens of the model a day",
        "model": f"redacted questions go to {model}"
        if model
        else "no language model is used: nothing leaves",
    }
