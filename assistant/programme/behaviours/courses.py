"""Cohorts: who completed, and what they thought."""

from __future__ import annotations

from statistics import fmean
from typing import Any

from assistant.programme.desk import Ask, Desk
from assistant.programme.records import OFFICE


async def completion(desk: Desk, ask: Ask) -> dict[str, Any]:
    """Enrolled, completed, the share of those with an outcome, and the ratings; no names."""
    found = await desk.register.all("enrolments", by=OFFICE, cohort=ask.of.slug)
    taken = [each for each in found if each.state != "cancelled"]
    completed = [each for each in taken if each.state == "completed"]
    ratings = [each.values["rating"] for each in completed if "rating" in each.values]
    return {
        "enrolled": len(taken),
        "completed": len(completed),
        "share_completed": round(len(completed) / len(taken), 3) if taken else None,
        "ratings": len(ratings),
        "mean_rating": round(fmean(ratings), 2) if ratings else None,
    }
