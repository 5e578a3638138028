"""Assurance: evidence from evaluation gates, and the assistant's own assessment, which is generated."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from assistant.programme.catalogue import FOLDER, read_toml
from assistant.programme.desk import Ask, Desk
from assistant.programme.page import address
from assistant.programme.records import OFFICE, Origin, Provenance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.programme.gates import GateResult
    from assistant.programme.lookup import Lookup
    from assistant.programme.records import Record

SLUG = "this-assistant"


async def evidence(desk: Desk, ask: Ask) -> dict[str, Any]:
    """Each gate that the record names with its latest result; one that never ran is no evidence."""
    names = ask.of.values.get("gates", [])
    latest = await desk.gates.latest(names)
    return {"gates": [gate_shown(name, latest.get(name)) for name in names]}


def gate_shown(name: str, result: GateResult | None) -> dict[str, Any]:
    """A gate as people are shown it."""
    if result is None:
        return {"gate": name, "passed": None, "figure": "", "run": "", "measured_at": None}
    return {
        "gate": name,
        "passed": result.passed,
        "figure": result.figure,
        "run": result.run,
        "measured_at": result.measured_at.isoformat(),
    }


async def assess_own(desk: Desk, _ask: Ask) -> dict[str, Any]:
    """This service's assessment: each principle is as good as the worst of the gates that stand for it."""
    told = read_toml(FOLDER / "own_assessment.toml")
    names = list(dict.fromkeys(gate for each in told["principles"].values() for gate in each["gates"]))
    latest = await desk.gates.latest(names)
    answers = [_answer(name, each, latest) for name, each in told["principles"].items()]
    today = desk.register.today
    values = {
        "title": told["title"], "agency": told["agency"], "scope": told["scope"], "answers": answers,
        "gates": names, "assessed_on": today.isoformat(),
        "review_by": (today + timedelta(days=told["review_days"])).isoformat(),
    }  # fmt: skip
    there = await desk.register.seen("assessments", SLUG)
    if there is None:
        origin = Origin(Provenance.GENERATED)
        made = await desk.register.create(
            "assessments", values, by=OFFICE, slug=SLUG, state="completed", origin=origin
        )
    else:
        made = await desk.register.change(
            there, values, by=OFFICE, version=there.version, reason="assessed anew"
        )
        if made.state != "completed":
            made = await desk.register.settle(made, "completed", reason="assessed anew")
    return {"assessment": made.slug, "url": address(desk.site, "assessments", made.slug), "answers": answers}


def _answer(name: str, told: Mapping[str, Any], latest: Mapping[str, GateResult]) -> dict[str, Any]:
    results = {gate: latest.get(gate) for gate in told["gates"]}
    failed = [gate for gate, result in results.items() if result is not None and not result.passed]
    unknown = [gate for gate, result in results.items() if result is None]
    result = "not-met" if failed else "partly" if unknown else "met"
    notes = [f"failed: {', '.join(failed)}"] if failed else []
    notes += [f"never run: {', '.join(unknown)}"] if unknown else []
    shown = [f"{gate} ({r.run or r.measured_at.date()})" for gate, r in results.items() if r is not None]
    answer = {"principle": name, "result": result, "reason": "; ".join([told["reason"], *notes])[:300]}
    return answer | ({"evidence": ", ".join(shown)[:300]} if shown else {})


async def check_assessment(records: Lookup, assessment: Record, move: str) -> str | None:
    """An assessment is complete when every principle has a result with its reason, and it is dated."""
    if move != "complete":
        return None
    answers = {each["principle"]: each for each in assessment.values.get("answers", [])}
    missing = [title for name, title in records.catalogue.principles.items() if name not in answers]
    if missing:
        return f"no result yet for: {', '.join(missing)}"
    bare = [name for name, each in answers.items() if not (each.get("reason") or each.get("evidence"))]
    if bare:
        return f"no reason or evidence yet for: {', '.join(bare)}"
    return None if assessment.values.get("assessed_on") else "the assessment has no date yet"
