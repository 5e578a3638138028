"""Common cases: how reusable one is, who does it already, and a project made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.programme.behaviours.similar import near, text_of
from assistant.programme.desk import Ask, Desk, scores
from assistant.programme.page import address
from assistant.programme.records import PUBLIC, Origin

if TYPE_CHECKING:
    from assistant.programme.records import Record


async def reuse(desk: Desk, ask: Ask) -> dict[str, Any]:
    """The score of a common case with its parts, the use cases that match, and who has adopted it."""
    case = ask.of
    use_cases = await desk.register.all("use-cases", by=PUBLIC)
    matching = await near(desk, text_of(case, ask.kind), use_cases)
    agencies = {each["agency"] for each in matching} | set(case.values.get("adopters", []))
    parts = reuse_parts(case, len(agencies - {None}))
    return {
        "score": sum(parts.values()),
        "of": 100,
        "parts": parts,
        "matching_use_cases": matching,
        "adopted_by": case.values.get("adopters", []),
    }


def reuse_parts(case: Record, agencies: int) -> dict[str, int]:
    """Points by part, as catalogue/scores.toml weighs them."""
    weights, values = scores()["reuse"], case.values
    chosen = {name: weights[name].get(values.get(name), 0) for name in ("value", "cost", "data_sensitivity")}
    flags = {name: weights[name] if values.get(name) else 0 for name in ("open_licence", "documented")}
    counted = min(agencies, weights["agencies_counted"])
    return chosen | flags | {"agencies": counted * weights["an_agency"]}


async def start_project(desk: Desk, ask: Ask) -> dict[str, Any]:
    """A project with the case's tasks; the agency is noted among those that adopted it."""
    case, agency = ask.of, ask.said("agency")
    tasks = [task | {"done": False} for task in case.values.get("tasks", [])]
    values = {"title": f"{case.title}: {agency}", "agency": agency, "case": case.slug, "tasks": tasks}
    origin = Origin(case.origin.provenance)
    project = await desk.register.create("projects", values, by=ask.by, origin=origin)
    adopters = list(dict.fromkeys([*case.values.get("adopters", []), agency]))
    await desk.register.change(
        case, {"adopters": adopters}, by=ask.by, version=case.version, reason="adopted"
    )
    return {
        "project": project.slug,
        "url": address(desk.site, "projects", project.slug),
        "adopted_by": adopters,
    }
