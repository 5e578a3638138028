"""Skills pathways: what each course adds to a role, and what is still missing."""

from __future__ import annotations

from typing import Any

from assistant.programme.desk import Ask, Desk
from assistant.programme.page import address


async def skills(desk: Desk, ask: Ask) -> dict[str, Any]:
    """The courses in order with the skills that each is the first to add; and what no course teaches."""
    pathway = ask.of
    done = {part.strip() for part in ask.arguments.get("completed", "").split(",") if part.strip()}
    needed = pathway.values.get("skills", [])
    gained: list[str] = []
    known: set[str] = set()
    courses = []
    for slug in pathway.values.get("courses", []):
        course = await desk.register.seen("courses", slug)
        if course is None or not (ask.by.internal or desk.register.is_public(course)):
            continue
        adds = [skill for skill in course.values.get("skills", []) if skill not in gained]
        gained += adds
        if slug in done:
            known |= set(course.values.get("skills", []))
        shown = {"slug": slug, "title": course.title, "adds": adds, "completed": slug in done}
        courses.append(shown | {"url": address(desk.site, "courses", slug)})
    return {
        "role": pathway.values["role"],
        "courses": courses,
        "skills_gained": [skill for skill in needed if skill in known],
        "skills_to_gain": [skill for skill in needed if skill in gained and skill not in known],
        "skills_not_taught": [skill for skill in needed if skill not in gained],
    }
