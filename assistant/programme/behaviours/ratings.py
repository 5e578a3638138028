"""Ratings of training suppliers, by agencies that attended."""

from __future__ import annotations

from collections import Counter
from statistics import fmean
from typing import TYPE_CHECKING, Any

from assistant.programme.desk import Ask, Desk
from assistant.programme.page import address
from assistant.programme.records import OFFICE, PUBLIC

if TYPE_CHECKING:
    from assistant.programme.lookup import Lookup
    from assistant.programme.records import Record


async def standing(desk: Desk, ask: Ask) -> dict[str, Any]:
    """The published ratings of a supplier: mean, number, stars; and its courses. No mean without ratings."""
    supplier = ask.of
    ratings = await desk.register.all("ratings", by=PUBLIC, supplier=supplier.slug)
    courses = await desk.register.all("courses", by=PUBLIC, supplier=supplier.slug)
    stars = [each.values["stars"] for each in ratings]
    return {
        "ratings": len(stars),
        "mean": round(fmean(stars), 2) if stars else None,
        "by_stars": {str(star): Counter(stars)[star] for star in range(1, 6)},
        "agencies": sorted({each.values["agency"] for each in ratings}),
        "courses": [
            {"slug": c.slug, "title": c.title, "url": address(desk.site, "courses", c.slug)} for c in courses
        ],
    }


async def check_rating(records: Lookup, rating: Record, move: str) -> str | None:
    """A rating is published when somebody of the agency completed a course of the supplier."""
    if move != "publish":
        return None
    course = await records.seen("courses", rating.values["course"])
    if course is None or course.values.get("supplier") != rating.values["supplier"]:
        return "the course is not one of that supplier's"
    agency = rating.values["agency"].casefold()
    for cohort in await records.all("cohorts", course=course.slug):
        for each in await records.all("enrolments", by=OFFICE, cohort=cohort.slug, state="completed"):
            if each.values["agency"].casefold() == agency:
                return None
    return f"nobody of {rating.values['agency']} has completed that course"
